import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import type { Clock } from '../faults/clock.ts';
import { ApprovalsEnvironment, type ApprovedProcess, day, type FakeStaff } from './approvals/environment.ts';
import { hold, refusalOf, staffAt } from './approvals/people.ts';

let environment: ApprovalsEnvironment;
let clock: Clock;

beforeAll(async () => {
  ({ environment, clock } = await ApprovalsEnvironment.skippingTime());
});

afterAll(() => environment?.close());

/** As they are now, by the clock of the server. */
const staff = async () => staffAt(await clock.now());

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
});

describe('a delegate', () => {
  test('decides for who has lent the role, until that is over', async () => {
    const process = await environment.start(await staff());
    expect(await process.approve('dora', 1)).toMatchObject({
      approvals: [{ by: 'dora', roles: [{ role: 'cfo', through: { kind: 'delegation', of: 'carl' } }] }],
    });
    await process.close();
    const late = await environment.start(await staff());
    await clock.sleep(3 * day);
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
    await clock.sleep(14 * day);
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
    await clock.sleep(4.5 * day);
    await process.amend('amender', ['manager', 'cfo']);
    await clock.sleep(2.5 * day);
    expect(askedOf(people)).toEqual([
      '1 request 0',
      '1 reminder 2',
      '1 reminder 3',
      '1 reminder 4',
      '2 request 0',
      '2 reminder 2',
    ]);
    expect(await refusalOf(process.approve('eve', 2))).toBe('NotAnApprover');
    await clock.sleep(11.5 * day);
    expect((await process.result()).outcome).toBe('expired');
  });

  test('let the superior of a holder decide from the fifth day on', async () => {
    const process = await environment.start(await staff(), { required: ['cfo'] });
    await clock.sleep(5 * day);
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
    await clock.sleep(14 * day);
    expect((await process.result()).outcome).toBe('expired');
  });

  test('close what is approved at the last moment against the end, not both', async () => {
    const people = await staff();
    const process = await environment.start(people, { required: ['manager'] });
    await clock.sleep(14 * day - 1_000);
    const { reached, goOn } = hold(people, 'findPerson');
    const approval = refusalOf(process.approve('mary', 1));
    await reached;
    await clock.sleep(2_000);
    goOn();
    const { outcome, status } = await process.result();
    expect([await approval, outcome, status.approvals.length]).toEqual(['InvalidState', 'expired', 0]);
  });
});

describe('a role that no person may decide for', () => {
  const escalations = async (process: ApprovedProcess) =>
    (await process.status()).needsOperator.map(({ what, message }) => `${what}: ${message}`);
  const vacancy = [expect.stringContaining('find a person who may decide: no person on the staff may decide as cfo')];
  const vacant = async () => {
    const people = await staff();
    people.vacant = ['cfo'];
    const process = await environment.start(people);
    await waitUntil(async () => (await escalations(process)).length > 0, { within: 20_000, every: 20 });
    return { people, process };
  };

  test('needs an operator until a person holds it, and reminds the others meanwhile', async () => {
    const { people, process } = await vacant();
    expect(await escalations(process)).toEqual(vacancy);
    await clock.sleep(2 * day);
    expect(await escalations(process)).toEqual(vacancy);
    expect(people.asked.map(({ kind }) => kind)).toContain('reminder');
    people.vacant = [];
    await clock.sleep(6 * 3_600_000);
    expect(await escalations(process)).toEqual([]);
    await process.close();
    expect((await process.result()).outcome).toBe('closed');
  });

  test('is looked for again at once when an operator says so', async () => {
    const { people, process } = await vacant();
    people.vacant = [];
    await process.resolve('retry', 'olga');
    expect(await waitUntil(async () => (await escalations(process)).length === 0, { within: 20_000, every: 20 })).toBe(
      true,
    );
    await process.close();
  });

  test('is seen to when two operators say so', async () => {
    const { process } = await vacant();
    await process.resolve('settle', 'olga');
    expect(await escalations(process)).toEqual(vacancy);
    await process.resolve('settle', 'otto');
    await clock.sleep(2.5 * day);
    expect(await escalations(process)).toEqual([]);
    await process.close();
  });

  test('needs none any more once a person has decided for it', async () => {
    const { process } = await vacant();
    await process.approve('carl', 1);
    expect(await waitUntil(async () => (await escalations(process)).length === 0, { within: 20_000, every: 20 })).toBe(
      true,
    );
    await process.approve('mary', 1);
    expect((await process.result()).outcome).toBe('approved');
  });
});
