import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { recallPurchaseOrderResult } from '../../workflows/purchase-order/recall.ts';
import { day, linesOf, PurchaseOrderEnvironment, people, person, vote } from './purchase-order-environment.ts';
import { approvalsOf } from './purchasing-environment.ts';

let environment: PurchaseOrderEnvironment;

beforeAll(async () => {
  environment = await PurchaseOrderEnvironment.skippingTime();
});

afterAll(() => environment?.close());

afterEach(() => {
  environment.interfere = () => undefined;
});

const approve = (poId: string, by: string, version?: number) => environment.orders.approve(poId, vote(by, version));
const amend = (poId: string, by: string, unitPrice: number, version?: number) =>
  environment.orders.amend(poId, { ...vote(by, version), lines: linesOf(unitPrice) });
const refused = (call: Promise<unknown>, type: string) => expect(call).rejects.toMatchObject({ type });
/** Each kind of event once: there is one for each person who is asked. */
const names = async (poId: string) => [...new Set((await environment.published(poId)).map(({ name }) => name))];
const orderOf = (poId: string) => environment.purchasing.purchasing.findOrder({ poId });

describe('a purchase order', () => {
  test('of 50,000.00 is approved by a manager, and takes no goods before', async () => {
    const poId = await environment.submit(5_000_000);
    const { approval, number, total } = await environment.status(poId);
    expect(approval).toMatchObject({ version: 1, required: ['manager'], missing: ['manager'], authors: ['rita'] });
    const receipt = { poId, receiptId: `r-${poId}`, lines: [{ line: 1, quantity: 1 }] };
    await refused(environment.purchasing.purchasing.receive(receipt), 'OrderNotApproved');
    expect(await approve(poId, 'mary')).toMatchObject({ missing: [] });
    expect(await environment.result(poId)).toMatchObject({
      ...{ outcome: 'completed', orderState: 'approved', number, total, currency: 'EUR', undone: [] },
    });
    expect(await names(poId)).toEqual(['POSubmitted', 'POApprovalDue', 'POApproved']);
    expect(await environment.purchasing.purchasing.receive(receipt)).toMatchObject({ state: 'approved' });
  });

  test('of 50,000.01 is approved by a manager and the CFO', async () => {
    const poId = await environment.submit(5_000_001);
    expect(await approve(poId, 'mary')).toMatchObject({ required: ['manager', 'cfo'], missing: ['cfo'] });
    expect((await environment.status(poId)).state).toBe('awaiting-approval');
    expect(await approve(poId, 'carl')).toMatchObject({ missing: [] });
    expect(await environment.result(poId)).toMatchObject({ outcome: 'completed' });
    const { approvals, state } = await orderOf(poId);
    expect([state, approvals.map(({ by }) => by)]).toEqual(['approved', ['mary', 'carl']]);
  });

  test('costs at most sixty events with two approvals', async () => {
    const poId = await environment.submit(5_000_001);
    await approve(poId, 'mary');
    await approve(poId, 'carl');
    await environment.result(poId);
    expect(await environment.historyLength(poId)).toBeLessThanOrEqual(60);
  });

  test('stays open when one person alone is manager and CFO, and is approved with a second one', async () => {
    const poId = await environment.submit(6_000_000);
    expect(await approve(poId, 'anna')).toMatchObject({ missing: ['cfo'] });
    await refused(approve(poId, 'anna'), 'AlreadyDecided');
    expect(await approve(poId, 'mary')).toMatchObject({ missing: [] });
    expect(await environment.result(poId)).toMatchObject({ outcome: 'completed' });
  });

  test('is rejected by one who may approve it', async () => {
    const poId = await environment.submit(6_000_000);
    await refused(environment.orders.reject(poId, vote('fred')), 'NotAnApprover');
    expect(await environment.orders.reject(poId, vote('carl'))).toMatchObject({ decision: 'reject', by: 'carl' });
    expect(await environment.result(poId)).toMatchObject({
      ...{ outcome: 'refused', orderState: 'rejected', reason: { type: 'OrderRejected' }, undone: ['end the order'] },
    });
    expect(await orderOf(poId)).toMatchObject({ state: 'rejected', approvals: [] });
    expect((await environment.published(poId)).at(-1)).toMatchObject({
      ...{ name: 'PORefused', data: { outcome: 'rejected' } },
    });
  });

  test('is withdrawn by its author, and by no other person', async () => {
    const poId = await environment.submit(6_000_000);
    await refused(environment.orders.withdraw(poId, vote('mary')), 'Forbidden');
    expect(await environment.orders.withdraw(poId, vote('rita'))).toMatchObject({
      ...{ outcome: 'cancelled', orderState: 'withdrawn', reason: { type: 'OrderWithdrawn' } },
    });
    expect(await orderOf(poId)).toMatchObject({ state: 'withdrawn' });
    await refused(approve(poId, 'mary'), 'InvalidState');
  });

  test('is withdrawn when its workflow is cancelled', async () => {
    const poId = await environment.submit(6_000_000);
    await environment.handle(poId).cancel();
    expect(await environment.until(poId, ({ state }) => state === 'cancelled')).toMatchObject({
      orderState: 'withdrawn',
    });
    expect(await orderOf(poId)).toMatchObject({ state: 'withdrawn' });
  });

  test('of a vendor or a requester that there is not is refused, and leaves nothing', async () => {
    const ofNone = await environment.start(100, { vendorId: 'none' as never });
    expect(await environment.result(ofNone)).toMatchObject({
      ...{ outcome: 'refused', reason: { type: 'VendorUnknown' }, undone: [] },
    });
    const byNone = await environment.start(100, { requester: 'none' });
    expect(await environment.result(byNone)).toMatchObject({ outcome: 'refused', reason: { type: 'PersonUnknown' } });
    await refused(orderOf(ofNone), 'NotFound');
  });

  test('goes on under its id after its workflow was terminated, and is told again once it is approved', async () => {
    const poId = await environment.submit(100);
    await environment.handle(poId).terminate();
    await environment.submit(100, { poId });
    await approve(poId, 'mary');
    const result = await environment.result(poId);
    expect(result).toMatchObject({ outcome: 'completed', orderState: 'approved' });
    await environment.start(100, { poId });
    expect(await environment.result(poId)).toMatchObject({ outcome: 'completed', orderState: 'approved' });
    expect((await names(poId)).filter((name) => name === 'POApproved')).toHaveLength(1);
  });

  test('stays ended under its id', async () => {
    const poId = await environment.submit(100);
    await environment.orders.reject(poId, vote('mary'));
    await environment.result(poId);
    await environment.start(100, { poId });
    expect(await environment.result(poId)).toMatchObject({
      ...{ outcome: 'refused', orderState: 'rejected', reason: { type: 'OrderRejected' }, undone: [] },
    });
    expect(await recallPurchaseOrderResult(environment.purchasing.purchasing, poId as never)).toMatchObject({
      outcome: 'refused',
    });
  });
});

describe('an amendment', () => {
  test('from 40,000 to 60,000 takes both, and whoever has seen the version before is outdated', async () => {
    const poId = await environment.submit(4_000_000);
    expect(await amend(poId, 'rita', 6_000_000)).toMatchObject({
      ...{ version: 2, required: ['manager', 'cfo'], missing: ['manager', 'cfo'] },
    });
    await refused(approve(poId, 'mary', 1), 'ApprovalOutdated');
    await refused(amend(poId, 'rita', 100, 1), 'ApprovalOutdated');
    expect(await approve(poId, 'mary', 2)).toMatchObject({ missing: ['cfo'] });
    expect(await approve(poId, 'carl', 2)).toMatchObject({ missing: [] });
    expect(await environment.result(poId)).toMatchObject({ outcome: 'completed', total: 6_000_000 });
  });

  test('voids what was approved, and makes an author of who has written it', async () => {
    const poId = await environment.submit(6_000_000);
    await approve(poId, 'carl');
    expect(await amend(poId, 'max', 6_000_001)).toMatchObject({ approvals: [], authors: ['rita', 'max'] });
    await refused(approve(poId, 'max', 2), 'OwnApproval');
    await environment.orders.withdraw(poId, vote('max', 2));
  });

  test('is refused by a person who is not on the staff, or has left', async () => {
    const poId = await environment.submit(100);
    await refused(amend(poId, 'none', 200), 'PersonUnknown');
    await refused(amend(poId, 'otto', 200), 'NotAnApprover');
    await environment.orders.withdraw(poId, vote('rita'));
  });

  test('with lines that come to nothing changes nothing', async () => {
    const poId = await environment.submit(100);
    await refused(amend(poId, 'rita', 0), 'InvalidRequest');
    expect(await approve(poId, 'mary')).toMatchObject({ missing: [] });
    expect(await environment.result(poId)).toMatchObject({ outcome: 'completed', total: 100 });
  });
});

describe('an approval of its own', () => {
  test.each([
    ['the requester', 'mary', 'mary'],
    ['the requester, as the delegate of another one', 'dora', 'dora'],
  ])('is refused to %s', async (_, requester, by) => {
    await environment.lend('carl', 'dora', 3);
    const poId = await environment.submit(6_000_000, { requester });
    await refused(approve(poId, by), 'OwnApproval');
    await environment.orders.withdraw(poId, vote(requester));
  });

  test('is refused to the delegate of the requester', async () => {
    await environment.lend('max', 'fred', 3);
    const poId = await environment.submit(100, { requester: 'max' });
    await refused(approve(poId, 'fred'), 'OwnApproval');
    await environment.orders.withdraw(poId, vote('max'));
  });

  test('is not to be had of purchasing itself', async () => {
    const poId = await environment.submit(6_000_000);
    const { purchasing } = environment.purchasing;
    const approvals = approvalsOf({ version: 1 }, { mary: ['manager'], rita: ['cfo'] });
    await refused(purchasing.approveOrder({ poId, version: 1, approvals }), 'OwnApproval');
    await refused(purchasing.approveOrder({ poId, version: 1, approvals: [] }), 'ApprovalMissing');
    await environment.orders.withdraw(poId, vote('rita'));
  });
});

describe('a delegate', () => {
  test('decides while the CFO is away, and not afterwards', async () => {
    await environment.lend('carl', 'dora', 3);
    const poId = await environment.submit(6_000_000);
    expect(await approve(poId, 'dora')).toMatchObject({ missing: ['manager'] });
    await environment.orders.withdraw(poId, vote('rita'));
    const late = await environment.submit(6_000_000);
    await environment.sleep(4 * day);
    await refused(approve(late, 'dora'), 'NotAnApprover');
    await environment.orders.withdraw(late, vote('rita'));
  });
});

describe('a budget', () => {
  const million = 100_000_000;
  const budgetWith = async (budgetId: string, spent: number) => {
    const { purchasing } = environment.purchasing;
    await purchasing.setBudget({ budgetId, name: budgetId, currency: 'EUR', amount: 20 * million });
    const poId = await environment.submit(spent * million, { budgetId } as never);
    await approve(poId, 'mary');
    await approve(poId, 'carl');
    await environment.result(poId);
    return { budgetId, left: async () => (await purchasing.findBudget({ budgetId })).available / million };
  };

  test('of 20 million of which 11 are spent suffices for 5, which an expiry gives back', async () => {
    const { budgetId, left } = await budgetWith('steel', 11);
    const poId = await environment.submit(5 * million, { budgetId } as never);
    expect(await left()).toBe(4);
    await approve(poId, 'mary');
    await approve(poId, 'carl');
    expect(await environment.result(poId)).toMatchObject({ outcome: 'completed' });
    const expiring = await environment.submit(4 * million, { budgetId } as never);
    expect(await left()).toBe(0);
    await environment.sleep(14 * day);
    expect(await environment.result(expiring)).toMatchObject({
      ...{ outcome: 'refused', orderState: 'expired', reason: { type: 'OrderExpired' } },
      undone: ['release the budget', 'end the order'],
    });
    expect(await left()).toBe(4);
  });

  test('that does not suffice refuses the order, and an amendment, whose version before stands', async () => {
    const { budgetId, left } = await budgetWith('wood', 11);
    const tooMuch = await environment.start(10 * million, { budgetId } as never);
    expect(await environment.result(tooMuch)).toMatchObject({
      ...{ outcome: 'refused', orderState: 'refused', reason: { type: 'BudgetExceeded' }, undone: ['end the order'] },
    });
    const poId = await environment.submit(9 * million, { budgetId } as never);
    await approve(poId, 'mary');
    await refused(amend(poId, 'rita', 10 * million), 'BudgetExceeded');
    expect((await environment.status(poId)).approval).toMatchObject({ version: 1, missing: ['cfo'] });
    expect(await amend(poId, 'rita', 8 * million)).toMatchObject({ version: 2 });
    expect(await left()).toBe(1);
    await environment.orders.withdraw(poId, vote('rita', 2));
    expect(await left()).toBe(9);
  });
});

describe('the deadlines', () => {
  /** Each asking once, however many are asked. */
  const askings = async (poId: string) => {
    const due = (await environment.published(poId)).filter(({ name }) => name === 'POApprovalDue');
    return [...new Set(due.map(({ data }) => `${data['version']} ${data['kind']} ${data['day']}`))];
  };

  test('bring a reminder each day from the second on, the superior on the fifth, and the end after fourteen', async () => {
    const poId = await environment.submit(6_000_000);
    await environment.sleep(5 * day + 60_000);
    expect(await askings(poId)).toEqual([
      ...['1 request 0', '1 reminder 2', '1 reminder 3', '1 reminder 4', '1 escalation 5'],
    ]);
    expect(await approve(poId, 'eve')).toMatchObject({
      approvals: [{ by: 'eve', roles: [{ role: 'cfo', through: { kind: 'escalation', of: 'carl' } }] }],
    });
    await environment.sleep(9 * day);
    expect(await environment.result(poId)).toMatchObject({ outcome: 'refused', orderState: 'expired' });
    expect((await askings(poId)).at(-1)).toBe('1 reminder 13');
  });

  test('begin again with an amendment', async () => {
    const poId = await environment.submit(6_000_000);
    await environment.sleep(4 * day + 60_000);
    await amend(poId, 'rita', 100);
    await environment.sleep(3 * day + 60_000);
    expect((await askings(poId)).slice(-3)).toEqual(['2 request 0', '2 reminder 2', '2 reminder 3']);
    await environment.orders.withdraw(poId, vote('rita', 2));
  });
});

test('a role without a holder needs an operator until one is imported, and the others are told', async () => {
  const { staff } = environment.staff;
  const gone = people.map((each) => ({ ...each, active: !each.roles.includes('cfo') }));
  await staff.importStaff({ people: gone } as never);
  const poId = await environment.submit(6_000_000);
  const { needsOperator } = await environment.until(poId, (status) => status.needsOperator.length > 0);
  expect(needsOperator).toMatchObject([{ message: expect.stringContaining('cfo') }]);
  expect((await environment.published(poId)).at(-1)).toMatchObject({ name: 'POApprovalDue' });
  await staff.importStaff({ people: [...people, person('cleo', ['cfo'])] } as never);
  await environment.orders.resolve(poId as never, {
    ...{ decision: 'retry', by: 'olga', issuer: 'test', note: 'Cleo is here' },
  });
  await environment.until(poId, (status) => status.needsOperator.length === 0);
  await approve(poId, 'mary');
  await approve(poId, 'cleo');
  expect(await environment.result(poId)).toMatchObject({ outcome: 'completed' });
});
