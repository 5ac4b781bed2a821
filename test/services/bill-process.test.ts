import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { recallBillResult } from '../../workflows/bill/recall.ts';
import { BillEnvironment, paymentOf } from './bill-environment.ts';

const hour = 3_600_000;

let environment: BillEnvironment;

beforeAll(async () => {
  environment = await BillEnvironment.open();
});

afterAll(() => environment?.close());

afterEach(() => {
  environment.interfere = () => undefined;
});

const refused = (call: Promise<unknown>, type: string) => expect(call).rejects.toMatchObject({ type });
const names = async (billId: string) => (await environment.published(billId)).map(({ name }) => name);
const saying = (by: string) => ({ by, issuer: 'test', note: 'looked at it' });
const pay = (billId: string, ...payment: Parameters<typeof paymentOf>) =>
  environment.bills.recordPayment(billId, paymentOf(...payment));

/** A bill of 40 pieces at 3 % above their price, of which 100 have come. */
async function expensive() {
  const billId = await environment.enter(await environment.order(100), 40, 61_800);
  const { variance } = await environment.until(billId, 'mismatched');
  return { billId, version: String(variance?.version) };
}

describe('a bill of what has come', () => {
  test('is accepted, and completed when it is paid in two parts', async () => {
    const billId = await environment.enter(await environment.order(60), 60, 60_000);
    expect(await environment.until(billId, 'awaiting-payment')).toMatchObject({
      ...{ billState: 'accepted', currency: 'EUR', total: 3_600_000, open: 3_600_000, variance: { mismatches: [] } },
    });
    expect(await environment.bill(billId)).toMatchObject({ state: 'accepted', release: 3_600_000 });
    expect(await pay(billId, 'bank/1', 1_600_000)).toMatchObject({ open: 2_000_000, billState: 'accepted' });
    expect((await environment.status(billId)).state).toBe('awaiting-payment');
    expect(await pay(billId, 'bank/2', 2_000_000)).toMatchObject({ open: 0, billState: 'paid' });
    const ended = { billId, outcome: 'completed', billState: 'paid', open: 0, undone: [] };
    const result = await environment.result(billId);
    expect(result).toMatchObject(ended);
    expect(await names(billId)).toEqual(['BillCreated', 'BillPaid', 'BillPaid']);
    expect(await recallBillResult(environment.purchasing.purchasing, billId)).toEqual({ ...result });
  });

  test('is paid once by one reference of the bank, and never by more than is open', async () => {
    const billId = await environment.enter(await environment.order(60), 1, 60_000);
    await environment.until(billId, 'awaiting-payment');
    const twice = await Promise.all([pay(billId, 'bank/1', 50_000), pay(billId, 'bank/1', 50_000)]);
    expect(twice.map(({ open }) => open)).toEqual([10_000, 10_000]);
    // It is more than is open by now, and recorded already.
    expect(await pay(billId, 'bank/1', 50_000)).toMatchObject({ open: 10_000 });
    await refused(pay(billId, 'bank/1', 10_000), 'IdempotencyConflict');
    await refused(pay(billId, 'bank/2', 10_001), 'PaymentTooLarge');
    const { decisions } = await environment.status(billId);
    expect(decisions).toMatchObject([{ decision: 'pay 500.00 EUR', by: 'fred', note: 'bank/1' }]);
    await pay(billId, 'bank/2', 10_000);
    expect(await environment.result(billId)).toMatchObject({ outcome: 'completed' });
    expect(await names(billId)).toEqual(['BillCreated', 'BillPaid', 'BillPaid']);
  });

  test('is not paid by who has entered it, nor before it is accepted', async () => {
    const { billId } = await expensive();
    await refused(pay(billId, 'bank/1', 1), 'InvalidState');
    const accepted = await environment.enter(await environment.order(60), 1, 60_000);
    await environment.until(accepted, 'awaiting-payment');
    await refused(pay(accepted, 'bank/1', 60_000, 'rita'), 'OwnApproval');
    expect(await environment.bill(accepted)).toMatchObject({ open: 60_000 });
  });

  test('is the same one when it is entered again, and another one under its id is a conflict', async () => {
    const poId = await environment.order(60);
    const billId = await environment.enter(poId, 1, 60_000);
    const again = (quantity: number) => environment.enter(poId, quantity, 60_000, { billId, number: `R-${billId}` });
    expect(await again(1)).toBe(billId);
    await refused(again(2), 'IdempotencyConflict');
    await environment.until(billId, 'awaiting-payment');
    expect(await names(billId)).toEqual(['BillCreated']);
  });
});

describe('a bill whose prices are 3 % too high', () => {
  test('waits, and is accepted when a manager who has not entered it approves it', async () => {
    const { billId, version } = await expensive();
    const approve = (by: string, seen = version) =>
      environment.bills.approveVariance(billId, { ...saying(by), version: seen });
    expect((await environment.status(billId)).waitingFor).toMatchObject({ who: 'manager' });
    await refused(approve('rita'), 'OwnApproval');
    await refused(approve('fred'), 'NotAnApprover');
    await refused(approve('mary', 'another'), 'ApprovalOutdated');
    expect(await environment.bill(billId)).toMatchObject({ state: 'mismatched' });
    expect(await approve('mary')).toMatchObject({ decision: 'approve', by: 'mary' });
    expect(await environment.until(billId, 'awaiting-payment')).toMatchObject({
      approvals: [{ by: 'mary', roles: [{ role: 'manager' }] }],
    });
    expect(await environment.bill(billId)).toMatchObject({ state: 'accepted', approvals: [{ by: 'mary', version }] });
    await refused(approve('max'), 'InvalidState');
  });

  test('is rejected by a manager, and never accepted', async () => {
    const { billId } = await expensive();
    await refused(environment.bills.reject(billId, saying('fred')), 'NotAnApprover');
    await environment.bills.reject(billId, { ...saying('mary'), note: 'not what was agreed' });
    const reason = { type: 'BillRejected', message: 'not what was agreed' };
    const result = await environment.result(billId);
    expect(result).toMatchObject({ outcome: 'refused', billState: 'rejected', reason, undone: ['reject the bill'] });
    expect(await environment.bill(billId)).toMatchObject({ state: 'rejected', reason: reason.message });
    const recalled = await recallBillResult(environment.purchasing.purchasing, billId);
    expect(recalled).toMatchObject({ outcome: 'refused', reason });
    expect(await names(billId)).toEqual([]);
  });

  test('is rejected by who has entered it', async () => {
    const { billId } = await expensive();
    expect(await environment.bills.reject(billId, saying('rita'))).toMatchObject({ decision: 'reject' });
    expect(await environment.result(billId)).toMatchObject({ outcome: 'refused' });
  });

  test('is rejected when its workflow is cancelled', async () => {
    const { billId } = await expensive();
    await environment.handle(billId).cancel();
    expect(await environment.until(billId, 'cancelled')).toMatchObject({ billState: 'rejected' });
    expect(await environment.bill(billId)).toMatchObject({ state: 'rejected' });
    const recalled = await recallBillResult(environment.purchasing.purchasing, billId);
    expect(recalled).toMatchObject({ outcome: 'cancelled' });
  });
});

describe('a bill of more than has come', () => {
  test('waits whoever would approve it, and is accepted when the rest is received', async () => {
    const poId = await environment.order(60);
    const billId = await environment.enter(poId, 70, 60_000);
    const { waitingFor, variance } = await environment.until(billId, 'mismatched');
    expect(waitingFor).toMatchObject({ who: 'delivery' });
    expect(variance?.mismatches).toMatchObject([{ kind: 'quantity', allowed: 60, billed: 70 }]);
    const approving = environment.bills.approveVariance(billId, {
      ...saying('mary'),
      version: String(variance?.version),
    });
    await refused(approving, 'InvalidState');
    expect(await environment.bills.matchAgain(billId)).toMatchObject({ billState: 'mismatched' });
    await environment.receive(poId, 10);
    expect(await environment.bills.matchAgain(billId)).toMatchObject({ variance: { mismatches: [] } });
    await environment.until(billId, 'awaiting-payment');
    expect(await names(billId)).toEqual(['BillCreated']);
  });

  test('is looked at again each hour', async () => {
    const poId = await environment.order(60);
    const billId = await environment.enter(poId, 70, 60_000);
    await environment.until(billId, 'mismatched');
    await environment.receive(poId, 10);
    await environment.sleep(hour - 60_000);
    expect((await environment.status(billId)).state).toBe('mismatched');
    await environment.sleep(120_000);
    await environment.until(billId, 'awaiting-payment');
  });

  test('and of a price that is too high as well is approved as it is once the rest has come', async () => {
    const poId = await environment.order(30);
    const billId = await environment.enter(poId, 40, 61_800);
    const before = (await environment.until(billId, 'mismatched')).variance?.version;
    await environment.receive(poId, 10);
    const { variance } = await environment.bills.matchAgain(billId);
    const version = String(variance?.version);
    expect(version).not.toBe(before);
    await environment.until(billId, 'mismatched');
    await environment.bills.approveVariance(billId, { ...saying('mary'), version });
    await environment.until(billId, 'awaiting-payment');
  });

  test('waits when another bill of the order has taken what had come since it was compared', async () => {
    const poId = await environment.order(60);
    const held = environment.hold('acceptBill');
    const late = await environment.enter(poId, 40, 60_000);
    await held.reached;
    const { purchasing } = environment.purchasing;
    const other = await environment.bill(late);
    const { billId } = await purchasing.enterBill({
      ...{ billId: `other-${late}`, vendorId: other.vendorId, number: `other ${late}`, poId, currency: 'EUR' },
      ...{ lines: other.lines, dueDate: other.dueDate, enteredBy: 'rita' },
    });
    await purchasing.acceptBill({ billId });
    held.goOn();
    expect(await environment.until(late, 'mismatched')).toMatchObject({
      variance: { mismatches: [{ allowed: 20, billed: 40 }] },
    });
    await environment.receive(poId, 20);
    await environment.bills.matchAgain(late);
    await environment.until(late, 'awaiting-payment');
  });
});

describe('a bill', () => {
  test('of no order waits for a manager', async () => {
    const billId = await environment.enter(undefined, 1, 10_000);
    const { variance } = await environment.until(billId, 'mismatched');
    expect(variance?.mismatches).toMatchObject([{ kind: 'no-order' }]);
    await environment.bills.approveVariance(billId, { ...saying('mary'), version: String(variance?.version) });
    await environment.until(billId, 'awaiting-payment');
  });

  test('whose number the vendor has used is refused, and leaves the first one as it was', async () => {
    const poId = await environment.order(60);
    const first = await environment.enter(poId, 1, 60_000);
    await environment.until(first, 'awaiting-payment');
    const second = await environment.enter(poId, 1, 60_000, { number: ` r ${first.toUpperCase()}` });
    const result = await environment.result(second);
    expect(result).toMatchObject({ outcome: 'refused', reason: { type: 'DuplicateBill' }, undone: [] });
    expect(await environment.bill(first)).toMatchObject({ state: 'accepted' });
  });

  test('goes on when its workflow is cancelled after it is accepted', async () => {
    const billId = await environment.enter(await environment.order(60), 1, 60_000);
    await environment.until(billId, 'awaiting-payment');
    await environment.handle(billId).cancel();
    expect(await pay(billId, 'bank/1', 60_000)).toMatchObject({ open: 0 });
    expect(await environment.result(billId)).toMatchObject({ outcome: 'completed' });
  });

  test('that is cancelled while it is being accepted is accepted, and goes on', async () => {
    const held = environment.hold('acceptBill');
    const billId = await environment.enter(await environment.order(60), 1, 60_000);
    await held.reached;
    await environment.handle(billId).cancel();
    held.goOn();
    await environment.until(billId, 'awaiting-payment');
    await pay(billId, 'bank/1', 60_000);
    expect(await environment.result(billId)).toMatchObject({ outcome: 'completed' });
  });
});
