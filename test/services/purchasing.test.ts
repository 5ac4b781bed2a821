import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { totalOfLines } from '../../contracts/purchase-orders.ts';
import type { PurchasingClient } from '../../services/purchasing/contract.ts';
import {
  approvalsOf,
  approvedOrder,
  draftOf,
  emptied,
  openPurchasing,
  outboxOf,
  type PurchasingEnvironment,
} from './purchasing-environment.ts';

let environment: PurchasingEnvironment;
let purchasing: PurchasingClient;

beforeAll(async () => {
  environment = await openPurchasing();
  purchasing = environment.purchasing;
});

beforeEach(() => emptied(environment));

afterAll(() => environment?.service.stop());

const poId = 'po-1';
const lines = (unitPrice: number) => [{ description: 'Steel', quantity: 1, unitPrice }];
const namesOf = async () => (await outboxOf(environment.service)).map(({ name }) => name);
const outcomesOf = (settled: readonly PromiseSettledResult<unknown>[]) =>
  settled.map((each) => (each.status === 'fulfilled' ? 'done' : (each.reason as { type: string }).type)).sort();

describe('an order that is submitted', () => {
  test('has a number, a total and the roles that it takes, and its event says so once', async () => {
    const order = await purchasing.submitOrder(draftOf(poId, 5_000_001));
    expect(order).toMatchObject({
      ...{ number: 'PO-000001', version: 1, state: 'awaiting-approval', authors: ['rita'], total: 5_000_001 },
      ...{ required: ['manager', 'cfo'], approvals: [], released: 0, vendorName: 'Steel & Sons' },
      lines: [{ line: 1, description: 'Steel', quantity: 1, unitPrice: 5_000_001, received: 0, billed: 0 }],
    });
    expect(await purchasing.submitOrder(draftOf(poId, 5_000_001))).toEqual(order);
    expect(await purchasing.findOrder({ poId })).toEqual(order);
    expect(await outboxOf(environment.service)).toMatchObject([
      {
        ...{ name: 'POSubmitted', type: 'purchasing.order.submitted.v1', subject: poId, sequence: 1 },
        data: {
          poId,
          number: 'PO-000001',
          version: 1,
          vendorId: 'v-1',
          requester: { personId: 'rita' },
          total: 5_000_001,
        },
      },
    ]);
  });

  test('is one, whoever submits it at the same time, and its number has no gap beside it', async () => {
    const many = Array.from({ length: 20 }, () => purchasing.submitOrder(draftOf(poId, 100)));
    expect(new Set((await Promise.all(many)).map(({ number }) => number))).toEqual(new Set(['PO-000001']));
    expect(await purchasing.submitOrder(draftOf('po-2', 100))).toMatchObject({ number: 'PO-000002' });
    expect(await namesOf()).toEqual(['POSubmitted', 'POSubmitted']);
  });

  test('is refused under its id with other content, but may call its requester otherwise', async () => {
    await purchasing.submitOrder(draftOf(poId, 100));
    const other = purchasing.submitOrder(draftOf(poId, 101));
    await expect(other).rejects.toMatchObject({ type: 'IdempotencyConflict', detail: { field: 'poId' } });
    const requester = { personId: 'rita', name: 'Rita Married', email: 'rita@example.org' };
    expect(await purchasing.submitOrder(draftOf(poId, 100, { requester }))).toMatchObject({ number: 'PO-000001' });
  });

  test.each([
    ['of an unknown vendor', { vendorId: 'v-2' }, { type: 'VendorUnknown', detail: { field: 'vendorId' } }],
    ['on an unknown budget', { budgetId: 'b-2' }, { type: 'NotFound', detail: { field: 'budgetId' } }],
    ['of nothing', { lines: lines(0) }, { type: 'InvalidRequest', detail: { field: 'lines' } }],
    [
      'of more than the books carry',
      { lines: [{ description: 'Steel', quantity: 1_000_000, unitPrice: 10_000_000_000_000 }] },
      { type: 'InvalidRequest', detail: { field: 'lines' } },
    ],
  ])('is refused when it is %s', async (_, change, failure) => {
    await expect(purchasing.submitOrder(draftOf(poId, 100, change))).rejects.toMatchObject(failure);
    await expect(purchasing.findOrder({ poId })).rejects.toMatchObject({ type: 'NotFound' });
    expect(await namesOf()).toEqual([]);
  });

  test('is refused once it was ended, even before it came', async () => {
    expect(await purchasing.endOrder({ poId, outcome: 'failed', reason: 'undone' })).toEqual({});
    await expect(purchasing.submitOrder(draftOf(poId, 100))).rejects.toMatchObject({ type: 'InvalidState' });
    expect(await namesOf()).toEqual([]);
  });
});

describe('the approvals that an order takes', () => {
  test.each([
    ['EUR', 5_000_000, ['manager']],
    ['EUR', 5_000_001, ['manager', 'cfo']],
    ['JPY', 7_500_000, ['manager']],
    ['JPY', 7_500_001, ['manager', 'cfo']],
  ] as const)('in %s for %d are those of %j', async (currency, unitPrice, required) => {
    expect(await purchasing.submitOrder(draftOf(poId, unitPrice, { currency }))).toMatchObject({ required });
  });

  test('have a limit by configuration, and the others keep theirs', async () => {
    const strict = await openPurchasing({ ORDER_CFO_ABOVE: 'EUR=1000' });
    try {
      await emptied(strict);
      const inEuros = await strict.purchasing.submitOrder(draftOf('po-1', 1_001));
      const inPounds = await strict.purchasing.submitOrder(draftOf('po-2', 1_001, { currency: 'GBP' }));
      expect([inEuros.required, inPounds.required]).toEqual([['manager', 'cfo'], ['manager']]);
    } finally {
      await strict.service.stop();
    }
  });

  test.each([
    ['none', 100, {}, 'ApprovalMissing'],
    ['that of a manager above the limit', 5_000_001, { mary: ['manager'] }, 'ApprovalMissing'],
    ['one person for both roles', 5_000_001, { anna: ['manager', 'cfo'] }, 'ApprovalMissing'],
    ['that of the requester', 100, { rita: ['manager'] }, 'OwnApproval'],
    ['that of a person without the role', 100, { carl: ['cfo'] }, 'ApprovalMissing'],
  ] as const)('do not suffice with %s, whoever calls', async (_, unitPrice, given, type) => {
    const order = await purchasing.submitOrder(draftOf(poId, unitPrice));
    const approving = purchasing.approveOrder({ poId, version: 1, approvals: approvalsOf(order, given) });
    await expect(approving).rejects.toMatchObject({ type });
    expect(await purchasing.findOrder({ poId })).toMatchObject({ state: 'awaiting-approval', approvals: [] });
    expect(await namesOf()).toEqual(['POSubmitted']);
  });

  test('suffice of one who holds both roles beside another manager', async () => {
    const order = await purchasing.submitOrder(draftOf(poId, 5_000_001));
    const approvals = approvalsOf(order, { anna: ['manager', 'cfo'], bert: ['manager'] });
    const approved = await purchasing.approveOrder({ poId, version: 1, approvals });
    expect(approved).toMatchObject({ state: 'approved', approvals });
    expect(await purchasing.approveOrder({ poId, version: 1, approvals })).toEqual(approved);
    const [, event, ...more] = await outboxOf(environment.service);
    expect(event).toMatchObject({
      ...{ name: 'POApproved', sequence: 2 },
      data: { total: 5_000_001, approvals: [{ by: 'anna', roles: ['manager', 'cfo'] }, { by: 'bert' }] },
    });
    expect(more).toEqual([]);
  });

  test('do not suffice when a delegate has the role from an author', async () => {
    const order = await purchasing.submitOrder(draftOf(poId, 100));
    const [approval] = approvalsOf(order, { dora: ['manager'] });
    const roles = [{ role: 'manager', through: { kind: 'delegation', of: 'rita' } }] as const;
    const approvals = [{ ...approval, roles }] as never;
    const approving = purchasing.approveOrder({ poId, version: 1, approvals });
    await expect(approving).rejects.toMatchObject({ type: 'OwnApproval' });
  });
});

describe('an amendment', () => {
  test('makes the next version, whose approvals begin again, and its author one who approves nothing', async () => {
    await purchasing.submitOrder(draftOf(poId, 4_000_000));
    const given = approvalsOf({ version: 1 }, { mary: ['manager'] });
    const amended = await purchasing.amendOrder({ poId, version: 1, by: 'max', lines: lines(6_000_000) });
    expect(amended).toMatchObject({ version: 2, total: 6_000_000, required: ['manager', 'cfo'] });
    expect(amended.authors).toEqual(['rita', 'max']);
    const outdated = purchasing.approveOrder({ poId, version: 1, approvals: given });
    await expect(outdated).rejects.toMatchObject({ type: 'ApprovalOutdated', detail: { facts: { version: 2 } } });
    const mixed = purchasing.approveOrder({ poId, version: 2, approvals: given });
    await expect(mixed).rejects.toMatchObject({ type: 'ApprovalOutdated' });
    const own = approvalsOf({ version: 2 }, { max: ['manager'], carl: ['cfo'] });
    await expect(purchasing.approveOrder({ poId, version: 2, approvals: own })).rejects.toMatchObject({
      type: 'OwnApproval',
    });
    const approvals = approvalsOf({ version: 2 }, { mary: ['manager'], carl: ['cfo'] });
    expect(await purchasing.approveOrder({ poId, version: 2, approvals })).toMatchObject({ state: 'approved' });
    expect(await outboxOf(environment.service)).toMatchObject([
      { name: 'POSubmitted', data: { version: 1 } },
      { name: 'POSubmitted', sequence: 2, data: { version: 2, total: 6_000_000, required: ['manager', 'cfo'] } },
      { name: 'POApproved', sequence: 3, data: { version: 2, total: 6_000_000 } },
    ]);
  });

  test('is one of two at the same time, and the same again is none', async () => {
    await purchasing.submitOrder(draftOf(poId, 100));
    const amend = (by: string, unitPrice: number) =>
      purchasing.amendOrder({ poId, version: 1, by, lines: lines(unitPrice) });
    const both = await Promise.allSettled([amend('max', 200), amend('mary', 300)]);
    expect(outcomesOf(both)).toEqual(['ApprovalOutdated', 'done']);
    const { total, authors, version } = await purchasing.findOrder({ poId });
    expect(await amend(authors[1] as string, total)).toMatchObject({ version: 2, total });
    expect(version).toBe(2);
    expect(await namesOf()).toEqual(['POSubmitted', 'POSubmitted']);
  });

  test('races an approval: one of them finds that it is too late', async () => {
    await purchasing.submitOrder(draftOf(poId, 100));
    const approvals = approvalsOf({ version: 1 }, { mary: ['manager'] });
    const both = await Promise.allSettled([
      purchasing.approveOrder({ poId, version: 1, approvals }),
      purchasing.amendOrder({ poId, version: 1, by: 'max', lines: lines(200) }),
    ]);
    expect(outcomesOf(both).filter((outcome) => outcome === 'done')).toHaveLength(1);
    const { state, version, total } = await purchasing.findOrder({ poId });
    expect([`${state} ${version} ${total}`]).toEqual([
      state === 'approved' ? 'approved 1 100' : 'awaiting-approval 2 200',
    ]);
  });

  test('is refused of what is approved', async () => {
    await approvedOrder(purchasing, draftOf(poId, 100));
    const amending = purchasing.amendOrder({ poId, version: 1, by: 'max', lines: lines(200) });
    await expect(amending).rejects.toMatchObject({ type: 'InvalidState' });
  });
});

describe('those who may approve', () => {
  const approvers = [
    { personId: 'mary', role: 'manager', name: 'Mary Manager', email: 'mary@example.org' },
    { personId: 'rita', role: 'manager', name: 'Rita Requester', email: 'rita@example.org' },
  ] as const;

  test('are told once for each kind and day, and find the order until it is decided', async () => {
    await purchasing.submitOrder(draftOf(poId, 100));
    const asked = { poId, version: 1, approvers: [...approvers] };
    const twice = [0, 0].map((day) => purchasing.askApprovers({ ...asked, kind: 'request', day }));
    expect((await Promise.all(twice)).map((each) => each.asked).sort()).toEqual([0, 2]);
    expect(await purchasing.askApprovers({ ...asked, kind: 'reminder', day: 2 })).toEqual({ asked: 2 });
    const events = (await outboxOf(environment.service)).filter(({ name }) => name === 'POApprovalDue');
    expect(events).toMatchObject([
      { data: { kind: 'request', day: 0, requesterName: 'Rita Requester', approver: { name: 'Mary Manager' } } },
      { data: { kind: 'request', approver: { personId: 'rita', roles: ['manager'] } } },
      { data: { kind: 'reminder', day: 2, approver: { personId: 'mary' } } },
      { data: { kind: 'reminder', day: 2, approver: { personId: 'rita' } } },
    ]);
    const waiting = async (filter: object) => (await purchasing.listOrders(filter)).orders.map((order) => order.poId);
    expect(await waiting({ awaitingPerson: 'mary' })).toEqual([poId]);
    // An author may have the role, and decides about nothing of it.
    expect(await waiting({ awaitingPerson: 'rita' })).toEqual([]);
    expect(await waiting({ awaitingRole: 'manager' })).toEqual([poId]);
    expect(await waiting({ awaitingRole: 'cfo' })).toEqual([]);
    await purchasing.amendOrder({ poId, version: 1, by: 'max', lines: lines(200) });
    expect(await waiting({ awaitingPerson: 'mary' })).toEqual([]);
    const late = purchasing.askApprovers({ ...asked, kind: 'reminder', day: 3 });
    await expect(late).rejects.toMatchObject({ type: 'ApprovalOutdated' });
    await purchasing.askApprovers({ ...asked, version: 2, kind: 'request', day: 0 });
    expect(await waiting({ awaitingPerson: 'mary', state: 'awaiting-approval', vendorId: 'v-1' })).toEqual([poId]);
    await purchasing.endOrder({ poId, outcome: 'rejected', reason: 'too dear' });
    expect(await waiting({ awaitingPerson: 'mary' })).toEqual([]);
    expect(await waiting({ state: 'rejected', requester: 'rita' })).toEqual([poId]);
  });
});

describe('a holder of a role who is found later', () => {
  test('is told, and those who were told before are not again', async () => {
    await purchasing.submitOrder(draftOf(poId, 5_000_001));
    const person = (personId: string, role: 'manager' | 'cfo') => ({
      ...{ personId, role, name: personId, email: `${personId}@example.org` },
    });
    const ask = (...approvers: ReturnType<typeof person>[]) =>
      purchasing.askApprovers({ poId, version: 1, kind: 'request', day: 0, approvers });
    expect(await ask(person('mary', 'manager'))).toEqual({ asked: 1 });
    expect(await ask(person('mary', 'manager'), person('cleo', 'cfo'))).toEqual({ asked: 1 });
    expect(await ask(person('mary', 'manager'), person('cleo', 'cfo'))).toEqual({ asked: 0 });
    const due = (await outboxOf(environment.service)).filter(({ name }) => name === 'POApprovalDue');
    expect(due).toMatchObject([{ data: { approver: { name: 'mary' } } }, { data: { approver: { name: 'cleo' } } }]);
    for (const awaitingPerson of ['mary', 'cleo']) {
      expect((await purchasing.listOrders({ awaitingPerson })).orders).toHaveLength(1);
    }
  });
});

describe('a person who may decide for two roles', () => {
  test('is told once, and finds the order under both', async () => {
    await purchasing.submitOrder(draftOf(poId, 5_000_001));
    const anna = { personId: 'anna', name: 'Anna Both', email: 'anna@example.org' };
    const approvers = (['manager', 'cfo'] as const).map((role) => ({ ...anna, role }));
    expect(await purchasing.askApprovers({ poId, version: 1, kind: 'request', day: 0, approvers })).toEqual({
      asked: 1,
    });
    const [, event, ...more] = await outboxOf(environment.service);
    expect(event).toMatchObject({ data: { approver: { ...anna, roles: ['manager', 'cfo'] } } });
    expect(more).toEqual([]);
    for (const awaitingRole of ['manager', 'cfo'] as const) {
      expect((await purchasing.listOrders({ awaitingRole })).orders).toHaveLength(1);
    }
  });
});

describe('an order that ends without an approval', () => {
  test('says how once, and ends in no other way', async () => {
    await purchasing.submitOrder(draftOf(poId, 100));
    const rejected = { poId, outcome: 'rejected', reason: 'too dear' } as const;
    const [one, other] = await Promise.all([purchasing.endOrder(rejected), purchasing.endOrder(rejected)]);
    expect(one).toEqual(other);
    expect(one.order).toMatchObject({ state: 'rejected', reason: 'too dear' });
    const expired = purchasing.endOrder({ poId, outcome: 'expired', reason: 'too late' });
    await expect(expired).rejects.toMatchObject({ type: 'InvalidState' });
    const approvals = approvalsOf({ version: 1 }, { mary: ['manager'] });
    const approving = purchasing.approveOrder({ poId, version: 1, approvals });
    await expect(approving).rejects.toMatchObject({ type: 'InvalidState' });
    const [, refused, ...more] = await outboxOf(environment.service);
    expect(refused).toMatchObject({
      ...{
        name: 'PORefused',
        data: { outcome: 'rejected', reason: 'too dear', requester: { name: 'Rita Requester' } },
      },
    });
    expect(more).toEqual([]);
  });

  test('is none that is approved', async () => {
    await approvedOrder(purchasing, draftOf(poId, 100));
    const ending = purchasing.endOrder({ poId, outcome: 'failed', reason: 'undone' });
    await expect(ending).rejects.toMatchObject({ type: 'InvalidState' });
  });
});

describe('what an order comes to', () => {
  test('is exact beyond what a number holds', () => {
    expect(totalOfLines([{ quantity: 3, unitPrice: 7 }])).toBe(21);
    expect(totalOfLines([])).toBe(0);
    expect(totalOfLines(Array.from({ length: 3 }, () => ({ quantity: 1_000_000, unitPrice: 3_333_333 })))).toBe(
      9_999_999_000_000,
    );
  });
});
