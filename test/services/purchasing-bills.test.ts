import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { normalisedBillNumber } from '../../contracts/bills.ts';
import type { InputOf } from '../../platform/http/contract.ts';
import type { Bill, PurchasingClient, purchasingContract } from '../../services/purchasing/contract.ts';
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

type Draft = InputOf<(typeof purchasingContract)['operations']['enterBill']>;

/** So many of line 1 of the order, as Berta enters it. */
const billOf = (billId: string, quantity: number, unitPrice: number, change: Partial<Draft> = {}): Draft => ({
  ...{ billId, vendorId: 'v-1', number: `R-2026/${billId}`, poId, currency: 'EUR', dueDate: '2026-03-22' },
  lines: [{ line: 1, description: 'Steel', quantity, unitPrice }],
  enteredBy: 'berta',
  ...change,
});

/** A hundred pieces of 600.00. */
const ordered = draftOf(poId, 0, { lines: [{ description: 'Steel', quantity: 100, unitPrice: 60_000 }] });
const come = (quantity: number, receiptId = `delivery/${quantity}`) =>
  purchasing.receive({ receiptId, poId, lines: [{ line: 1, quantity }] });

async function matched(draft: Draft): Promise<Bill> {
  await purchasing.enterBill(draft);
  return purchasing.matchBill({ billId: draft.billId });
}

async function accepted(draft: Draft): Promise<Bill> {
  await matched(draft);
  return purchasing.acceptBill({ billId: draft.billId });
}

const approvedBy = ({ version }: Pick<Bill, 'version'>, by = 'mary') =>
  approvalsOf({ version: 1 }, { [by]: ['manager'] }).map((approval) => ({ ...approval, version }));

const billEvents = async () =>
  (await outboxOf(environment.service)).filter(({ type }) => type.startsWith('purchasing.bill.'));

describe('a bill of an order', () => {
  test('of 60 of 100 pieces is a debt and releases their price; the last 40, at 606.00, release what is left', async () => {
    await approvedOrder(purchasing, ordered);
    await come(60);
    expect(await matched(billOf('b-1', 60, 60_000, { tax: 684_000 }))).toMatchObject({
      ...{ state: 'matched', mismatches: [], release: 0, open: 4_284_000, poNumber: 'PO-000001' },
    });
    const first = await purchasing.acceptBill({ billId: 'b-1' });
    expect(first).toMatchObject({ state: 'accepted', release: 3_600_000, approvals: [] });
    expect(await purchasing.acceptBill({ billId: 'b-1' })).toEqual(first);
    expect(await purchasing.findOrder({ poId })).toMatchObject({ released: 3_600_000, lines: [{ billed: 60 }] });
    await come(40);
    expect(await accepted(billOf('b-2', 40, 60_600))).toMatchObject({ release: 2_400_000 });
    expect(await purchasing.findOrder({ poId })).toMatchObject({ released: 6_000_000, lines: [{ billed: 100 }] });
    expect(await billEvents()).toMatchObject([
      {
        ...{ name: 'BillCreated', subject: 'b-1', sequence: 1 },
        data: {
          ...{ poId, poNumber: 'PO-000001', number: 'R-2026/b-1', release: 3_600_000, dueDate: '2026-03-22' },
          amounts: { currency: 'EUR', net: 3_600_000, tax: 684_000, total: 4_284_000 },
        },
      },
      { name: 'BillCreated', data: { amounts: { net: 2_424_000 }, release: 2_400_000 } },
    ]);
    // All of it is billed: closing it releases nothing, and is no news to the books.
    expect(await purchasing.closeOrder({ poId, reason: 'done' })).toMatchObject({ released: 6_000_000 });
    expect((await outboxOf(environment.service)).filter(({ name }) => name === 'POClosed')).toEqual([]);
  });

  test('of 97 of 100 leaves the rest to the closing, which gives it back to the budget', async () => {
    await purchasing.setBudget({ budgetId: 'b', name: 'Steel', currency: 'EUR', amount: 7_000_000 });
    await approvedOrder(purchasing, { ...ordered, budgetId: 'b' });
    await come(97);
    await accepted(billOf('b-1', 97, 60_000));
    expect(await purchasing.closeOrder({ poId, reason: 'the rest never comes' })).toMatchObject({
      released: 6_000_000,
    });
    const [closed] = (await outboxOf(environment.service)).filter(({ name }) => name === 'POClosed');
    expect(closed?.data).toMatchObject({ released: 180_000 });
    expect(await purchasing.findBudget({ budgetId: 'b' })).toMatchObject({ used: 5_820_000 });
  });

  test('waits for a delivery when more is billed than has come, whoever would approve it', async () => {
    await approvedOrder(purchasing, ordered);
    await come(60);
    const bill = await matched(billOf('b-1', 70, 60_000));
    expect(bill).toMatchObject({
      ...{ state: 'mismatched', mismatches: [{ kind: 'quantity', line: 1, allowed: 60, billed: 70 }] },
    });
    const accepting = purchasing.acceptBill({ billId: 'b-1', approvals: approvedBy(bill) });
    await expect(accepting).rejects.toMatchObject({ type: 'InvalidState', detail: { facts: { allowed: 60 } } });
    await come(10);
    expect(await purchasing.matchBill({ billId: 'b-1' })).toMatchObject({ state: 'matched', mismatches: [] });
    expect(await purchasing.acceptBill({ billId: 'b-1' })).toMatchObject({ state: 'accepted' });
  });

  test('waits for a manager when a price is more than 2 % too high', async () => {
    await approvedOrder(purchasing, ordered);
    await come(100);
    const bill = await matched(billOf('b-1', 40, 62_000));
    expect(bill).toMatchObject({
      state: 'mismatched',
      mismatches: [
        { kind: 'price', line: 1, allowed: 61_200, billed: 62_000 },
        { kind: 'excess', allowed: 50_000, billed: 80_000 },
      ],
    });
    const accept = (approvals: ReturnType<typeof approvedBy>) => purchasing.acceptBill({ billId: 'b-1', approvals });
    await expect(accept([])).rejects.toMatchObject({ type: 'ApprovalMissing' });
    await expect(accept(approvedBy(bill, 'berta'))).rejects.toMatchObject({ type: 'OwnApproval' });
    await expect(accept(approvedBy({ version: 'another' }))).rejects.toMatchObject({ type: 'ApprovalOutdated' });
    const approvals = approvedBy(bill);
    expect(await accept(approvals)).toMatchObject({ state: 'accepted', approvals, release: 2_400_000 });
  });

  test.each([
    ['at 2 % exactly', 8, 61_200, []],
    ['one cent above it', 8, 61_201, ['price']],
    ['of 500.00 too much for all', 50, 61_000, []],
    ['of more than that', 51, 61_000, ['excess']],
    ['below the price', 100, 1, []],
  ])('%s differs in %#', async (_, quantity, unitPrice, kinds) => {
    await approvedOrder(purchasing, ordered);
    await come(100);
    const { mismatches } = await matched(billOf('b-1', quantity, unitPrice));
    expect(mismatches.map(({ kind }) => kind)).toEqual(kinds);
  });

  test('counts with the others of its order: what they ask for above its prices is 500.00 together', async () => {
    await approvedOrder(purchasing, ordered);
    await come(100);
    await accepted(billOf('b-1', 40, 61_000));
    expect(await matched(billOf('b-2', 10, 61_001))).toMatchObject({
      mismatches: [{ kind: 'excess', allowed: 10_000, billed: 10_010 }],
    });
    const second = await purchasing.findBill({ billId: 'b-2' });
    await purchasing.acceptBill({ billId: 'b-2', approvals: approvedBy(second) });
    // What a manager has approved takes nothing of it.
    expect(await accepted(billOf('b-3', 10, 61_000))).toMatchObject({ state: 'accepted' });
  });

  test('is one of several at once that there are pieces for', async () => {
    await approvedOrder(purchasing, ordered);
    await come(60);
    const ids = Array.from({ length: 6 }, (_, index) => `b-${index}`);
    for (const billId of ids) await matched(billOf(billId, 20, 60_000));
    const settled = await Promise.allSettled(ids.map((billId) => purchasing.acceptBill({ billId })));
    const outcomes = settled.map((each) =>
      each.status === 'fulfilled' ? 'accepted' : (each.reason as { type: string }).type,
    );
    expect(outcomes.sort()).toEqual([...Array(3).fill('InvalidState'), ...Array(3).fill('accepted')]);
    expect(await purchasing.findOrder({ poId })).toMatchObject({ released: 3_600_000, lines: [{ billed: 60 }] });
    expect(await billEvents()).toHaveLength(3);
  });

  test('is refused while the order is not approved, and when that is closed', async () => {
    await purchasing.submitOrder(ordered);
    await purchasing.enterBill(billOf('b-1', 60, 60_000));
    const matching = () => purchasing.matchBill({ billId: 'b-1' });
    await expect(matching()).rejects.toMatchObject({ type: 'OrderNotApproved' });
    await expect(purchasing.acceptBill({ billId: 'b-1' })).rejects.toMatchObject({ type: 'OrderNotApproved' });
    await approvedOrder(purchasing, ordered);
    const closing = () => purchasing.closeOrder({ poId, reason: 'done' });
    await expect(closing()).rejects.toMatchObject({ type: 'InvalidState', message: expect.stringContaining('b-1') });
    await purchasing.rejectBill({ billId: 'b-1', reason: 'not ours' });
    await closing();
    await purchasing.enterBill(billOf('b-2', 60, 60_000));
    await expect(purchasing.matchBill({ billId: 'b-2' })).rejects.toMatchObject({ type: 'OrderNotApproved' });
  });

  test('is of the lines, the vendor and the currency of that order', async () => {
    await approvedOrder(purchasing, ordered);
    await purchasing.importVendors({ vendors: [{ vendorId: 'v-2', name: 'Other' }] });
    const enter = (change: Partial<Draft>) => purchasing.enterBill(billOf('b-1', 1, 60_000, change));
    const field = (name: string, type = 'InvalidRequest') => ({ type, detail: { field: name } });
    await expect(enter({ vendorId: 'v-2' })).rejects.toMatchObject(field('vendorId'));
    await expect(enter({ currency: 'USD' })).rejects.toMatchObject(field('currency', 'CurrencyMismatch'));
    await expect(enter({ poId: 'po-2' })).rejects.toMatchObject(field('poId', 'NotFound'));
    await expect(enter({ vendorId: 'v-3' })).rejects.toMatchObject(field('vendorId', 'VendorUnknown'));
    const [line] = billOf('b-1', 1, 60_000).lines;
    const { line: _, ...unordered } = line as NonNullable<typeof line>;
    await expect(enter({ lines: [unordered] })).rejects.toMatchObject(field('lines.0.line'));
    await enter({ lines: [{ ...unordered, line: 2 }] });
    await expect(purchasing.matchBill({ billId: 'b-1' })).rejects.toMatchObject(field('lines.0.line', 'NotFound'));
  });
});

describe('a bill of no order', () => {
  const { poId: _, ...draft } = billOf('b-1', 1, 10_000, {
    lines: [{ description: 'Electricity', quantity: 1, unitPrice: 10_000 }],
  });

  test('is approved by a manager who has not entered it', async () => {
    const bill = await matched(draft);
    expect(bill).toMatchObject({ state: 'mismatched', mismatches: [{ kind: 'no-order', billed: 10_000 }] });
    await expect(purchasing.acceptBill({ billId: 'b-1' })).rejects.toMatchObject({ type: 'ApprovalMissing' });
    expect(await purchasing.acceptBill({ billId: 'b-1', approvals: approvedBy(bill) })).toMatchObject({
      ...{ state: 'accepted', release: 0 },
    });
    const [event] = await billEvents();
    expect(event?.data).not.toHaveProperty('poId');
  });
});

describe('the number of a bill', () => {
  test('is entered once for a vendor, however it is written', async () => {
    await approvedOrder(purchasing, ordered);
    await purchasing.importVendors({ vendors: [{ vendorId: 'v-2', name: 'Other' }] });
    const first = await purchasing.enterBill(billOf('b-1', 1, 60_000, { number: 'R-2026/118' }));
    expect(await purchasing.enterBill(billOf('b-1', 1, 60_000, { number: 'R-2026/118' }))).toEqual(first);
    const again = purchasing.enterBill(billOf('b-2', 1, 60_000, { number: ' r 2026 118' }));
    await expect(again).rejects.toMatchObject({
      ...{ type: 'DuplicateBill', detail: { field: 'number', facts: { billId: 'b-1' } } },
    });
    const other = purchasing.enterBill(billOf('b-1', 2, 60_000, { number: 'R-2026/118' }));
    await expect(other).rejects.toMatchObject({ type: 'IdempotencyConflict' });
    const { poId: _, ...elsewhere } = billOf('b-3', 1, 60_000, {
      ...{ vendorId: 'v-2', number: 'R-2026/118', lines: [{ description: 'Nuts', quantity: 1, unitPrice: 1 }] },
    });
    await purchasing.enterBill(elsewhere);
    await purchasing.rejectBill({ billId: 'b-1', reason: 'mistyped' });
    expect(await purchasing.enterBill(billOf('b-4', 1, 60_000, { number: 'R2026118' }))).toMatchObject({
      state: 'entered',
    });
  });

  test('is taken by one of those that enter it at once', async () => {
    await approvedOrder(purchasing, ordered);
    const entering = Array.from({ length: 8 }, (_, index) =>
      purchasing.enterBill(billOf(`b-${index}`, 1, 60_000, { number: 'R-1' })),
    );
    const outcomes = (await Promise.allSettled(entering)).map((each) =>
      each.status === 'fulfilled' ? 'entered' : (each.reason as { type: string }).type,
    );
    expect(outcomes.sort()).toEqual([...Array.from({ length: 7 }, () => 'DuplicateBill'), 'entered']);
  });

  test.each([
    ['R-2026/118', 'R2026118'],
    [' r 2026.118 ', 'R2026118'],
    ['Ｒ２０', 'R20'],
    ['rechnung-é', 'RECHNUNGÉ'],
    ['0118', '0118'],
    ['-/ .', ''],
  ])('%j is compared as %j', (number, normalised) => {
    expect(normalisedBillNumber(number)).toBe(normalised);
  });
});

describe('a bill that is rejected', () => {
  test('is never accepted, and an accepted one is never rejected', async () => {
    await approvedOrder(purchasing, ordered);
    await come(100);
    await purchasing.enterBill(billOf('b-1', 1, 60_000));
    const rejected = await purchasing.rejectBill({ billId: 'b-1', reason: 'not ours' });
    expect(rejected.bill).toMatchObject({ state: 'rejected', reason: 'not ours' });
    expect(await purchasing.rejectBill({ billId: 'b-1', reason: 'again' })).toEqual(rejected);
    await expect(purchasing.acceptBill({ billId: 'b-1' })).rejects.toMatchObject({ type: 'InvalidState' });
    await accepted(billOf('b-2', 1, 60_000));
    const late = purchasing.rejectBill({ billId: 'b-2', reason: 'not ours' });
    await expect(late).rejects.toMatchObject({ type: 'InvalidState' });
  });

  test('before it was entered is refused when it comes', async () => {
    await approvedOrder(purchasing, ordered);
    expect(await purchasing.rejectBill({ billId: 'b-1', reason: 'undone' })).toEqual({});
    await expect(purchasing.enterBill(billOf('b-1', 1, 60_000))).rejects.toMatchObject({ type: 'InvalidState' });
  });
});

describe('a payment of a bill', () => {
  const payment = { billId: 'b-1', bankReference: '2026-03-20/7', amount: 40_000, by: 'paul' };

  test('is recorded once, by who has not entered it, and never more than is open', async () => {
    await approvedOrder(purchasing, ordered);
    await come(100);
    await matched(billOf('b-1', 1, 60_000));
    const pay = (change: object = {}) => purchasing.recordBillPayment({ ...payment, ...change });
    await expect(pay()).rejects.toMatchObject({ type: 'InvalidState' });
    await purchasing.acceptBill({ billId: 'b-1' });
    await expect(pay({ by: 'berta' })).rejects.toMatchObject({ type: 'OwnApproval', detail: { field: 'by' } });
    await expect(pay({ amount: 60_001 })).rejects.toMatchObject({
      type: 'PaymentTooLarge',
      detail: { facts: { open: 60_000 } },
    });
    const twice = await Promise.all([pay(), pay()]);
    expect(twice.map(({ open }) => open)).toEqual([20_000, 20_000]);
    await expect(pay({ amount: 1 })).rejects.toMatchObject({ type: 'IdempotencyConflict' });
    const rest = await pay({ bankReference: '2026-03-21/1', amount: 20_000 });
    expect(rest).toMatchObject({ state: 'paid', open: 0 });
    await expect(pay({ bankReference: 'another', amount: 1 })).rejects.toMatchObject({ type: 'PaymentTooLarge' });
    expect(await billEvents()).toMatchObject([
      { name: 'BillCreated', sequence: 1 },
      { name: 'BillPaid', sequence: 2, data: { amount: 40_000, open: 20_000, bankReference: '2026-03-20/7' } },
      { name: 'BillPaid', sequence: 3, data: { amount: 20_000, open: 0 } },
    ]);
  });

  test('is one of several at once that there is money open for', async () => {
    await approvedOrder(purchasing, ordered);
    await come(100);
    await accepted(billOf('b-1', 1, 60_000));
    const paying = Array.from({ length: 5 }, (_, index) =>
      purchasing.recordBillPayment({ ...payment, bankReference: `r-${index}`, amount: 20_000 }),
    );
    const settled = await Promise.allSettled(paying);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await purchasing.findBill({ billId: 'b-1' })).toMatchObject({ state: 'paid', open: 0 });
    const { bills } = await purchasing.listBills({ state: 'paid', vendorId: 'v-1', poId });
    expect(bills.map(({ billId }) => billId)).toEqual(['b-1']);
    expect((await purchasing.listBills({ state: 'entered' })).bills).toEqual([]);
  });
});

describe('what a bill may differ in', () => {
  test('is configured', async () => {
    const strict = await openPurchasing({ BILL_PRICE_TOLERANCE: '0', BILL_EXCESS_ABOVE: 'EUR=0' });
    try {
      await emptied(strict);
      await approvedOrder(strict.purchasing, ordered);
      await strict.purchasing.receive({ receiptId: 'r-1', poId, lines: [{ line: 1, quantity: 1 }] });
      await strict.purchasing.enterBill(billOf('b-1', 1, 60_001));
      const { mismatches } = await strict.purchasing.matchBill({ billId: 'b-1' });
      expect(mismatches.map(({ kind }) => kind)).toEqual(['price', 'excess']);
    } finally {
      await strict.service.stop();
    }
  });
});
