import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
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

const million = 100_000_000;
const budgetId = 'b-1';
const of = { budgetId };
const reason = 'not needed any more';

const setBudget = (amount: number) => purchasing.setBudget({ budgetId, name: 'Steel', currency: 'EUR', amount });
const used = async () => (await purchasing.findBudget({ budgetId })).used;
const lines = (unitPrice: number) => [{ description: 'Steel', quantity: 1, unitPrice }];

async function waitingOrder(poId: string, unitPrice: number) {
  const { version } = await purchasing.submitOrder(draftOf(poId, unitPrice, of));
  return purchasing.reserveBudget({ poId, version });
}

describe('a budget', () => {
  test('of 20 million with 11 million spent has room for an order of 5 million, and takes it back when that expires', async () => {
    await setBudget(20 * million);
    await approvedOrder(purchasing, draftOf('po-1', 11 * million, of));
    await waitingOrder('po-2', 5 * million);
    expect(await purchasing.findBudget({ budgetId })).toMatchObject({ used: 16 * million, available: 4 * million });
    await purchasing.endOrder({ poId: 'po-2', outcome: 'expired', reason: 'nobody decided' });
    expect(await used()).toBe(11 * million);
    expect(await approvedOrder(purchasing, draftOf('po-3', 5 * million, of))).toMatchObject({ state: 'approved' });
    expect(await used()).toBe(16 * million);
  });

  test('is taken by as many of the orders that come at once as it has room for', async () => {
    await setBudget(5_000);
    const poIds = Array.from({ length: 12 }, (_, index) => `po-${index}`);
    for (const poId of poIds) await purchasing.submitOrder(draftOf(poId, 1_000, of));
    const reserving = poIds.map((poId) => purchasing.reserveBudget({ poId, version: 1 }));
    const outcomes = (await Promise.allSettled(reserving)).map((each) =>
      each.status === 'fulfilled' ? each.value.reserved : (each.reason as { type: string }).type,
    );
    expect(outcomes.filter((outcome) => outcome === 1_000)).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === 'BudgetExceeded')).toHaveLength(7);
    expect(await purchasing.findBudget({ budgetId })).toMatchObject({ used: 5_000, available: 0 });
  });

  test('is taken once, however often an order reserves it, and given back once', async () => {
    await setBudget(5_000);
    await waitingOrder('po-1', 1_000);
    const again = [1, 1, 1].map((version) => purchasing.reserveBudget({ poId: 'po-1', version }));
    expect((await Promise.all(again)).map(({ reserved }) => reserved)).toEqual([1_000, 1_000, 1_000]);
    expect(await used()).toBe(1_000);
    const released = await Promise.all([1, 2].map(() => purchasing.releaseBudget({ poId: 'po-1' })));
    expect(released.map((each) => each.released).sort()).toEqual([0, 1_000]);
    expect(await used()).toBe(0);
    const late = purchasing.reserveBudget({ poId: 'po-1', version: 1 });
    await expect(late).rejects.toMatchObject({ type: 'InvalidState' });
    expect(await purchasing.releaseBudget({ poId: 'po-unknown' })).toEqual({ released: 0 });
  });

  test('that does not suffice for an amendment leaves the old version as it was', async () => {
    await setBudget(5_000);
    await waitingOrder('po-1', 1_000);
    const amend = (unitPrice: number) =>
      purchasing.amendOrder({ poId: 'po-1', version: 1, by: 'max', lines: lines(unitPrice) });
    await expect(amend(5_001)).rejects.toMatchObject({
      ...{ type: 'BudgetExceeded', detail: { facts: { available: 4_000, requested: 4_001 } } },
    });
    expect(await purchasing.findOrder({ poId: 'po-1' })).toMatchObject({ version: 1, total: 1_000, authors: ['rita'] });
    expect(await used()).toBe(1_000);
    expect(await amend(5_000)).toMatchObject({ version: 2 });
    expect(await used()).toBe(5_000);
    await purchasing.amendOrder({ poId: 'po-1', version: 2, by: 'max', lines: lines(10) });
    expect(await used()).toBe(10);
    const outdated = purchasing.reserveBudget({ poId: 'po-1', version: 2 });
    await expect(outdated).rejects.toMatchObject({ type: 'ApprovalOutdated' });
  });

  test('is checked by the approval as well, when nobody has reserved it', async () => {
    await setBudget(999);
    const order = await purchasing.submitOrder(draftOf('po-1', 1_000, of));
    const approvals = approvalsOf(order, { mary: ['manager'] });
    const approve = () => purchasing.approveOrder({ poId: 'po-1', version: 1, approvals });
    await expect(approve()).rejects.toMatchObject({ type: 'BudgetExceeded' });
    await setBudget(1_000);
    expect(await approve()).toMatchObject({ state: 'approved' });
    expect(await used()).toBe(1_000);
    await expect(purchasing.releaseBudget({ poId: 'po-1' })).rejects.toMatchObject({ type: 'InvalidState' });
  });

  test('is never less than orders have of it, and stays in its currency', async () => {
    await setBudget(5_000);
    await waitingOrder('po-1', 1_000);
    await expect(setBudget(999)).rejects.toMatchObject({ type: 'BudgetExceeded', detail: { field: 'amount' } });
    expect(await setBudget(1_000)).toMatchObject({ amount: 1_000, used: 1_000, available: 0 });
    const inDollars = purchasing.setBudget({ budgetId, name: 'Steel', currency: 'USD', amount: 5_000 });
    await expect(inDollars).rejects.toMatchObject({ type: 'CurrencyMismatch' });
    const order = purchasing.submitOrder(draftOf('po-2', 100, { budgetId, currency: 'USD' }));
    await expect(order).rejects.toMatchObject({ type: 'CurrencyMismatch', detail: { field: 'budgetId' } });
  });

  test('is needed by no order that names none', async () => {
    const { version } = await purchasing.submitOrder(draftOf('po-1', 100));
    expect(await purchasing.reserveBudget({ poId: 'po-1', version })).toEqual({ reserved: 0 });
    expect(await approvedOrder(purchasing, draftOf('po-1', 100))).toMatchObject({ state: 'approved' });
  });
});

describe('an approved order', () => {
  const receipt = { receiptId: 'delivery/1', poId: 'po-1', lines: [{ line: 1, quantity: 1 }] };

  test('alone is delivered on, never more than was ordered, and each receipt counts once', async () => {
    const draft = draftOf('po-1', 0, { lines: [{ description: 'Steel', quantity: 100, unitPrice: 60_000 }] });
    await purchasing.submitOrder(draft);
    await expect(purchasing.receive(receipt)).rejects.toMatchObject({ type: 'OrderNotApproved' });
    await approvedOrder(purchasing, draft);
    const some = { ...receipt, lines: [{ line: 1, quantity: 60 }] };
    const received = async () => (await purchasing.findOrder({ poId: 'po-1' })).lines[0]?.received;
    await Promise.all([1, 2, 3].map(() => purchasing.receive(some)));
    expect(await received()).toBe(60);
    const other = purchasing.receive({ ...some, lines: [{ line: 1, quantity: 61 }] });
    await expect(other).rejects.toMatchObject({ type: 'IdempotencyConflict' });
    const tooMany = purchasing.receive({ ...some, receiptId: 'delivery/2', lines: [{ line: 1, quantity: 41 }] });
    await expect(tooMany).rejects.toMatchObject({
      ...{ type: 'ReceiptTooLarge', detail: { field: 'lines.0.quantity', facts: { ordered: 100, received: 60 } } },
    });
    const unknown = purchasing.receive({ ...some, receiptId: 'delivery/3', lines: [{ line: 2, quantity: 1 }] });
    await expect(unknown).rejects.toMatchObject({ type: 'NotFound', detail: { field: 'lines.0.line' } });
    expect(await received()).toBe(60);
  });

  test('is delivered on by receipts at once until all of it has come', async () => {
    await approvedOrder(purchasing, draftOf('po-1', 0, { lines: [{ description: 'Nut', quantity: 5, unitPrice: 1 }] }));
    const receipts = Array.from({ length: 8 }, (_, index) =>
      purchasing.receive({ ...receipt, receiptId: `delivery/${index}` }),
    );
    const settled = await Promise.allSettled(receipts);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect((await purchasing.findOrder({ poId: 'po-1' })).lines[0]?.received).toBe(5);
  });

  test('that is closed gives back what is left of it, once, and takes no delivery any more', async () => {
    await setBudget(5_000);
    await approvedOrder(purchasing, draftOf('po-1', 1_000, of));
    const [one, other] = await Promise.all([1, 2].map(() => purchasing.closeOrder({ poId: 'po-1', reason })));
    expect(one).toEqual(other);
    expect(one).toMatchObject({ state: 'closed', released: 1_000, reason });
    expect(await used()).toBe(0);
    await expect(purchasing.receive(receipt)).rejects.toMatchObject({ type: 'OrderNotApproved' });
    const closings = (await outboxOf(environment.service)).filter(({ name }) => name === 'POClosed');
    expect(closings).toMatchObject([{ sequence: 3, data: { poId: 'po-1', total: 1_000, released: 1_000 } }]);
  });

  test('alone is closed', async () => {
    await purchasing.submitOrder(draftOf('po-1', 100));
    const closing = purchasing.closeOrder({ poId: 'po-1', reason });
    await expect(closing).rejects.toMatchObject({ type: 'OrderNotApproved', detail: { facts: {} } });
  });
});
