import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApprovalsEnvironment } from '../workflows/approvals/environment.ts';
import { hold, refusalOf, staffAt } from '../workflows/approvals/people.ts';

/** Updates at the same time: the server that skips time loses workflow tasks among them, the real one does not. */
let environment: ApprovalsEnvironment;

beforeAll(async () => {
  environment = await ApprovalsEnvironment.on(String(process.env['TEMPORAL_ADDRESS']));
});

afterAll(() => environment?.close());

const staff = async () => staffAt(Date.now());

test('a process takes no decision once it is decided', async () => {
  const people = await staff();
  const process = await environment.start(people, { required: ['manager'] });
  const { reached, goOn } = hold(people, 'findPerson');
  const late = refusalOf(process.approve('anna', 1));
  await reached;
  people.before = () => undefined;
  await process.approve('mary', 1);
  goOn();
  expect(await late).toBe('InvalidState');
  expect(await process.result()).toMatchObject({ outcome: 'approved', status: { approvals: [{ by: 'mary' }] } });
});

test('an amendment refuses the approval of the version before that was being given meanwhile', async () => {
  const people = await staff();
  const process = await environment.start(people, { required: ['manager'] });
  const { reached, goOn } = hold(people, 'findPerson');
  const approval = refusalOf(process.approve('mary', 1));
  await reached;
  await process.amend('amender', ['manager', 'cfo']);
  goOn();
  expect(await approval).toBe('ApprovalOutdated');
  await process.close();
  expect(await process.result()).toMatchObject({ outcome: 'closed', status: { version: 2, approvals: [] } });
});

test('an amendment that comes to nothing lets the approval go on that was given meanwhile', async () => {
  const people = await staff();
  const process = await environment.start(people, { required: ['manager'] });
  const { reached, fail } = hold(people, 'change');
  const amendment = refusalOf(process.amend('amender', ['manager', 'cfo']));
  await reached;
  const approval = process.approve('mary', 1);
  fail();
  expect(await amendment).toBe('BudgetExceeded');
  expect(await approval).toMatchObject({ version: 1, missing: [] });
  expect(await process.result()).toMatchObject({ outcome: 'approved', status: { version: 1 } });
});

test('an amendment lets one other follow it, not cross it', async () => {
  const people = await staff();
  const process = await environment.start(people);
  const { reached, goOn } = hold(people, 'change');
  const first = process.amend('amender', ['manager']);
  await reached;
  const second = process.amend('fred', ['manager']);
  goOn();
  expect(await first).toMatchObject({ version: 2, authors: ['requester', 'amender'] });
  expect(await second).toMatchObject({ version: 3, authors: ['requester', 'amender', 'fred'] });
  await process.close();
});

test('of two approvals of one person at the same time one counts', async () => {
  const people = staffAt(Date.now());
  const process = await environment.start(people);
  const { reached, goOn } = hold(people, 'findPerson');
  const both = [refusalOf(process.approve('mary', 1)), refusalOf(process.approve('mary', 1))];
  await reached;
  goOn();
  expect((await Promise.all(both)).toSorted()).toEqual(['AlreadyDecided', 'accepted']);
});
