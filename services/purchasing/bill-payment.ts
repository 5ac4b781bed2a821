import { type Kysely, sql, type Transaction } from 'kysely';
import { approvalRefusals } from '../../contracts/approval-refusals.ts';
import { formatMoney } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import { createEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import { aboutBill, billEnvelopeOf } from './announcement.ts';
import type { Bill, BillPayment } from './bill-shapes.ts';
import { findBill, lockBill, requireBillState } from './bill-store.ts';

/**
 * Records that a bill was paid, whole or in part, once for each reference of the bank.
 *
 * @throws {ServiceFailure} `NotFound`; `InvalidState` when it is not accepted; `OwnApproval` by who has entered it;
 * `PaymentTooLarge` when it is more than is open; `IdempotencyConflict`
 */
export function recordBillPayment(database: Kysely<unknown>, payment: BillPayment): Promise<Bill> {
  const { billId, bankReference, amount, by } = payment;
  return database.transaction().execute(async (transaction) => {
    const { bill } = await lockBill(transaction, billId);
    if (await isRecorded(transaction, payment)) return bill;
    requireBillState(bill, 'accepted', 'paid');
    requirePayable(bill, payment);
    await sql`
      insert into bill_payments (bill_id, bank_reference, amount, recorded_by)
      values (${billId}, ${bankReference}, ${amount}, ${by})
    `.execute(transaction);
    const isLast = amount === bill.open;
    await sql`
      update bills set paid = paid + ${amount}, state = ${isLast ? 'paid' : 'accepted'},
        ended_at = ${isLast ? sql`now()` : null}
      where bill_id = ${billId}
    `.execute(transaction);
    const paid = await findBill(transaction, billId);
    const event = createEvent({
      ...(await billEnvelopeOf(transaction, paid)),
      name: 'BillPaid',
      data: { ...aboutBill(paid), bankReference, amount, open: paid.open },
    });
    await appendToOutbox(transaction, event);
    return paid;
  });
}

async function isRecorded(
  transaction: Transaction<unknown>,
  { billId, bankReference, amount }: BillPayment,
): Promise<boolean> {
  const { rows } = await sql<{ amount: number }>`
    select amount from bill_payments where bill_id = ${billId} and bank_reference = ${bankReference}
  `.execute(transaction);
  const [known] = rows;
  if (known && known.amount !== amount) {
    throw new ServiceFailure(
      'IdempotencyConflict',
      `the payment ${bankReference} of the bill ${billId} was recorded before with another amount`,
      { field: 'amount' },
    );
  }
  return known !== undefined;
}

function requirePayable({ billId, amounts, open, enteredBy }: Bill, { amount, by }: BillPayment): void {
  if (by === enteredBy) {
    const message = `${by} has entered the bill ${billId}, so that another person has to pay it`;
    throw new ServiceFailure(approvalRefusals.OwnApproval, message, { field: 'by' });
  }
  if (amount <= open) return;
  throw new ServiceFailure(
    invoiceRefusals.PaymentTooLarge,
    `${formatMoney(open, amounts.currency)} of the bill ${billId} are open`,
    { field: 'amount', facts: { open, amount } },
  );
}
