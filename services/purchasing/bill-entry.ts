import { type Kysely, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import { normalisedBillNumber } from '../../contracts/bills.ts';
import { formatMoney } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import { largestBookAmount } from '../../contracts/money.ts';
import { totalOfLines } from '../../contracts/purchase-orders.ts';
import { purchaseRefusals } from '../../contracts/purchase-refusals.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { Bill, BillDraft } from './bill-shapes.ts';
import { findBill, lockBillId, recallBill, requireBillState } from './bill-store.ts';
import type { purchasingContract } from './contract.ts';
import { lockOrder } from './order-store.ts';
import { findVendor } from './vendors.ts';

/**
 * Enters a bill, once. The same id again answers the bill as it is.
 *
 * @throws {ServiceFailure} `VendorUnknown`; `NotFound` for its order; `CurrencyMismatch`; `DuplicateBill` when the vendor has a bill of
 * this number; `InvalidRequest` when it asks for nothing or too much, or does not say which lines of its order it is for;
 * `IdempotencyConflict`; `InvalidState` when it was rejected before it came
 */
export function enterBill(database: Kysely<unknown>, draft: BillDraft): Promise<Bill> {
  const { billId, vendorId, number, poId, currency, lines, tax, dueDate, enteredBy } = draft;
  const net = netOf(draft);
  const hash = contentHash({ vendorId, number, poId: poId ?? null, currency, lines, tax, dueDate, enteredBy });
  return database.transaction().execute(async (transaction) => {
    await lockBillId(transaction, billId);
    if (await isEntered(transaction, draft, hash)) return findBill(transaction, billId);
    await refuseRejected(transaction, draft);
    await findVendor(transaction, vendorId);
    await requireOrder(transaction, draft);
    const inserted = await sql`
      insert into bills (
        bill_id, content_hash, vendor_id, number, normalised_number, po_id, currency, net, tax, due_date, lines, entered_by
      ) values (
        ${billId}, ${hash}, ${vendorId}, ${number}, ${normalisedBillNumber(number)}, ${poId ?? null}, ${currency}, ${net}, ${tax},
        ${dueDate}, ${JSON.stringify(lines)}::jsonb, ${enteredBy}
      )
      on conflict do nothing returning 1
    `.execute(transaction);
    if (inserted.rows.length === 0) throw await duplicate(transaction, draft);
    return findBill(transaction, billId);
  });
}

async function isEntered(
  transaction: Transaction<unknown>,
  { billId }: Pick<BillDraft, 'billId'>,
  hash: string,
): Promise<boolean> {
  const { rows } = await sql<{ hash: string }>`
    select content_hash as hash from bills where bill_id = ${billId}
  `.execute(transaction);
  const [known] = rows;
  if (known && known.hash !== hash) {
    throw new ServiceFailure(
      'IdempotencyConflict',
      `the bill ${billId} was entered before with other content; choose a new billId`,
      { field: 'billId' },
    );
  }
  return known !== undefined;
}

async function refuseRejected(transaction: Transaction<unknown>, { billId }: Pick<BillDraft, 'billId'>): Promise<void> {
  const { rows } = await sql`select from bills_rejected_early where bill_id = ${billId}`.execute(transaction);
  if (rows.length === 0) return;
  throw new ServiceFailure(
    'InvalidState',
    `the bill ${billId} was rejected before it was entered; choose a new billId`,
  );
}

/** What it names of an order has to be of that; whether the order is approved counts when it is matched. */
async function requireOrder(
  transaction: Transaction<unknown>,
  { poId, vendorId, currency, lines }: BillDraft,
): Promise<void> {
  const wrong = lines.findIndex(({ line }) => (line === undefined) !== (poId === undefined));
  if (wrong >= 0) {
    const rule = poId ? 'say which line of the order it is for' : 'a bill of no order has no line of one';
    throw new ServiceFailure('InvalidRequest', rule, { field: `lines.${wrong}.line` });
  }
  if (!poId) return;
  // Locked, so that it is not closed meanwhile.
  const order = await lockOrder(transaction, poId);
  if (order.vendorId !== vendorId) {
    throw new ServiceFailure(
      'InvalidRequest',
      `the order ${order.number} is of ${order.vendorId}, and not of ${vendorId}`,
      {
        field: 'vendorId',
      },
    );
  }
  if (order.currency === currency) return;
  throw new ServiceFailure(invoiceRefusals.CurrencyMismatch, `the order ${order.number} is in ${order.currency}`, {
    field: 'currency',
  });
}

async function duplicate(transaction: Transaction<unknown>, { vendorId, number }: BillDraft): Promise<ServiceFailure> {
  const { rows } = await sql<{ billId: string; number: string }>`
    select bill_id as "billId", number from bills
    where vendor_id = ${vendorId} and normalised_number = ${normalisedBillNumber(number)} and state <> 'rejected'
  `.execute(transaction);
  const { billId = '', number: written = number } = rows[0] ?? {};
  return new ServiceFailure(
    purchaseRefusals.DuplicateBill,
    `the bill ${written} of ${vendorId} was entered already: it is ${billId}`,
    { field: 'number', facts: { billId } },
  );
}

/** @throws {ServiceFailure} `InvalidRequest` naming `lines` */
function netOf({ lines, tax, currency }: BillDraft): number {
  const net = totalOfLines(lines);
  if (net + tax === 0) throw invalidLines('a bill asks for something: its lines come to nothing');
  if (net + tax <= largestBookAmount) return net;
  throw invalidLines(`a bill comes to at most ${formatMoney(largestBookAmount, currency)}`);
}

const invalidLines = (message: string) => new ServiceFailure('InvalidRequest', `lines: ${message}`, { field: 'lines' });

/**
 * Rejects a bill that is not accepted, once. One that was not entered yet is refused when that comes.
 *
 * @throws {ServiceFailure} `InvalidState` when it is accepted
 */
export function rejectBill(
  database: Kysely<unknown>,
  { billId, reason }: z.output<typeof purchasingContract.operations.rejectBill.input>,
): Promise<{ bill?: Bill }> {
  return database.transaction().execute(async (transaction) => {
    await lockBillId(transaction, billId);
    if (!(await recallBill(transaction, billId))) {
      await sql`insert into bills_rejected_early (bill_id) values (${billId}) on conflict do nothing`.execute(
        transaction,
      );
      return {};
    }
    await sql`select from bills where bill_id = ${billId} for update`.execute(transaction);
    const bill = await findBill(transaction, billId);
    requireBillState(bill, 'entered', 'matched', 'mismatched', 'rejected');
    if (bill.state !== 'rejected') {
      await sql`
        update bills set state = 'rejected', reason = ${reason}, ended_at = now() where bill_id = ${billId}
      `.execute(transaction);
    }
    return { bill: await findBill(transaction, billId) };
  });
}
