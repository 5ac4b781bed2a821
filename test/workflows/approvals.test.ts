import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { ApprovalsEnvironment, day, FakeStaff, person } from './approvals/environment.ts';

let environment: ApprovalsEnvironment;

beforeAll(async () => {
  environment = await ApprovalsEnvironment.create();
});

afterAll(() => environment?.close());

/** Anna is both; Dora has the CFO's role for three days; Eve is Carl's superior. */
async function staff(): Promise<FakeStaff> {
  const now = await environment.clock.now();
  const instant = (milliseconds: number) => new Date(milliseconds).toISOString();
  const lent = { from: 'carl', roles: ['cfo' as const], startsAt: instant(now - day), endsAt: instant(now + 3 * day) };
  return new FakeStaff([
    ...[person('requester', ['manager', 'cfo']), person('amender', ['manager']), person('mary', ['manager'])],
    ...[person('carl', ['cfo']), person('anna', ['manager', 'cfo']), person('fred', ['finance'])],
    person('gone', ['cfo'], { active: false }),
    person('dora', [], { delegations: [lent] }),
    person('eve', [], { reports: [{ personId: 'carl', roles: ['cfo'] }] }),
  ]);
}

/** The type with which an update is refused. */
const refusalOf = (update: Promise<unknown>): Promise<unknown> =>
  update.then(
    () => 'accepted',
    (error: unknown) => (error instanceof WorkflowUpdateFailedError ? typeOf(error.cause) : error),
  );

const typeOf = (cause: unknown): unknown =>
  cause instanceof ActivityFailure ? typeOf(cause.cause) : (cause as { type?: string }).type;

/** Holds a call of a process until it may go on. */
function hold(people: FakeStaff, held: 'findPerson' | 'change') {
  const [reached, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  people.before = async (call) => {
    if (call !== held) return;
    reached.resolve();
    await goesOn.promise;
  };
  const refusal = ApplicationFailure.nonRetryable('the budget is exceeded', 'BudgetExceeded');
  return { reached: reached.promise, goOn: goesOn.resolve, fail: () => goesOn.reject(refusal) };
}

describe('what is to be approved', () => {
  test('is approved once each role has a person of its own', async () => {
    const process = await environment.start(await staff());
    expect(await process.approve('mary', 1)).toMatchObject({ missing: ['cfo'], approvals: [{ by: 'mary' }] });
    expect(await process.approve('carl', 1)).toMatchObject({ missing: [] });
    expect(await process.result()).toMatchObject({ outcome: 'approved', decisions: [{ by: 'mary' }, { by: 'carl' }] });
  });

  test('stays open when one person alone holds both roles, and is approved with a second one', async () => {
    const process = await environment.start(await staff());
    expect(await process.approve('anna', 1)).toMatchObject({ missing: ['cfo'] });
    expect(await refusalOf(process.approve('anna', 1))).toBe('AlreadyDecided');
    expect(await process.approve('mary', 1)).toMatchObject({ missing: [] });
    expect((await process.result()).outcome).toBe('approved');
  });

  test('ends when a person rejects it who may approve it', async () => {
    const process = await environment.start(await staff());
    expect(await refusalOf(process.reject('fred', 1))).toBe('NotAnApprover');
    expect(await process.reject('mary', 1)).toMatchObject({ decision: 'reject', by: 'mary' });
    expect((await process.result()).outcome).toBe('rejected');
  });

  test.each([
    ['its requester', 'requester', 1, 'OwnApproval'],
    ['a person without a required role', 'fred', 1, 'NotAnApprover'],
    ['a person who has left', 'gone', 1, 'NotAnApprover'],
    ['the superior of a holder, before it was escalated', 'eve', 1, 'NotAnApprover'],
    ['a person who has seen another version', 'mary', 2, 'ApprovalOutdated'],
  ])('is not approved by %s', async (_, by, version, type) => {
    const process = await environment.start(await staff());
    expect(await refusalOf(process.approve(by, version))).toBe(type);
    await process.close();
    expect(await process.result()).toMatchObject({ outcome: 'closed', status: { approvals: [] } });
  });

  test.each([
    ['no note', { by: 'mary', version: 1, issuer: 'test', note: ' ' }],
    ['no person', { version: 1, issuer: 'test', note: 'seen' }],
    ['no issuer', { by: 'mary', version: 1, note: 'seen' }],
    ['no version', { by: 'mary', issuer: 'test', note: 'seen' }],
  ])('refuses what a bare Temporal client sends with %s', async (_, vote) => {
    const process = await environment.start(await staff());
    expect(await refusalOf(process.handle.executeUpdate('approve', { args: [vote] }))).toBe('InvalidRequest');
    await process.close();
  });

  test('takes no decision once it is decided', async () => {
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
});

describe('an amendment', () => {
  test('voids the approvals, and asks for those that the new version needs', async () => {
    const process = await environment.start(await staff(), { required: ['manager'] });
    expect(await process.amend('amender', ['manager', 'cfo'])).toMatchObject({
      version: 2,
      missing: ['manager', 'cfo'],
    });
    expect(await refusalOf(process.approve('mary', 1))).toBe('ApprovalOutdated');
    await process.approve('mary', 2);
    await process.approve('carl', 2);
    expect(await process.result()).toMatchObject({ outcome: 'approved', status: { version: 2 } });
  });

  test('makes an author of who has written it', async () => {
    const process = await environment.start(await staff(), { required: ['manager'] });
    await process.amend('amender', ['manager']);
    expect(await refusalOf(process.approve('amender', 2))).toBe('OwnApproval');
    await process.close();
  });

  test('refuses the approval of the version before that was being given meanwhile', async () => {
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

  test('that comes to nothing lets the approval go on that was given meanwhile', async () => {
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

  test('lets one other follow it, not cross it', async () => {
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
});

describe('a delegate', () => {
  test('decides for who has lent the role, until that is over', async () => {
    const process = await environment.start(await staff());
    expect(await process.approve('dora', 1)).toMatchObject({
      approvals: [{ by: 'dora', roles: [{ role: 'cfo', through: { kind: 'delegation', of: 'carl' } }] }],
    });
    await process.close();
    const late = await environment.start(await staff());
    await environment.clock.sleep(3 * day);
    expect(await refusalOf(late.approve('dora', 1))).toBe('NotAnApprover');
    await late.close();
  });

  test('does not decide for an author', async () => {
    const process = await environment.start(await staff(), { authors: ['carl'] });
    expect(await refusalOf(process.approve('dora', 1))).toBe('OwnApproval');
    await process.close();
  });
});

describe('the deadlines', () => {
  const askedOf = (people: FakeStaff) =>
    people.asked.map(({ kind, day: on, status }) => `${status.version} ${kind} ${on}`);

  test('bring a reminder each day from the second one on, the superiors on the fifth, and the end after fourteen', async () => {
    const people = await staff();
    const process = await environment.start(people);
    await environment.clock.sleep(14 * day);
    const { outcome, status } = await process.result();
    expect(outcome).toBe('expired');
    const days = Array.from({ length: 12 }, (_, index) => index + 2);
    expect(askedOf(people)).toEqual([
      '1 request 0',
      ...days.map((on) => `1 ${on === 5 ? 'escalation' : 'reminder'} ${on}`),
    ]);
    expect(Date.parse(status.expiresAt) - Date.parse(status.requestedAt)).toBe(14 * day);
  });

  test('begin again with an amendment', async () => {
    const people = await staff();
    const process = await environment.start(people);
    await environment.clock.sleep(4.5 * day);
    await process.amend('amender', ['manager', 'cfo']);
    await environment.clock.sleep(2.5 * day);
    expect(askedOf(people)).toEqual([
      '1 request 0',
      '1 reminder 2',
      '1 reminder 3',
      '1 reminder 4',
      '2 request 0',
      '2 reminder 2',
    ]);
    expect(await refusalOf(process.approve('eve', 2))).toBe('NotAnApprover');
    await environment.clock.sleep(11.5 * day);
    expect((await process.result()).outcome).toBe('expired');
  });

  test('let the superior of a holder decide from the fifth day on', async () => {
    const process = await environment.start(await staff(), { required: ['cfo'] });
    await environment.clock.sleep(5 * day);
    expect(await process.approve('eve', 1)).toMatchObject({
      approvals: [{ by: 'eve', roles: [{ role: 'cfo', through: { kind: 'escalation', of: 'carl' } }] }],
    });
    expect((await process.result()).outcome).toBe('approved');
  });

  test('expire although those who may decide cannot be told of it', async () => {
    const people = await staff();
    people.before = (call) => {
      if (call === 'ask') throw new Error('the broker is away');
    };
    const process = await environment.start(people);
    await environment.clock.sleep(14 * day);
    expect((await process.result()).outcome).toBe('expired');
  });

  test('close what is approved at the last moment against the end, not both', async () => {
    const people = await staff();
    const process = await environment.start(people, { required: ['manager'] });
    await environment.clock.sleep(14 * day - 1_000);
    const { reached, goOn } = hold(people, 'findPerson');
    const approval = refusalOf(process.approve('mary', 1));
    await reached;
    await environment.clock.sleep(2_000);
    goOn();
    const { outcome, status } = await process.result();
    expect([await approval, outcome, status.approvals.length]).toEqual(['InvalidState', 'expired', 0]);
  });
});
