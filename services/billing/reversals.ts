import { type Kysely, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import { formatMoney } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PaymentId, PaymentReversalId } from '../../contracts/identifiers.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import type { billingContract, InvoicePayment } from './contract.ts';
import { enterCredit, payOutCredit } from './credit.ts';
import { type LockedInvoice, lockInvoice, unclaimed } from './locked-invoice.ts';
import { findPayment, lockPayment } from './payment-store.ts';
import type { RecordedReversal } from './reversal-contract.ts';
import { paymentReinstated, paymentReversed } from './reversal-events.ts';
import { invoiceNumber } from './store.ts';

type Operations = typeof billingContract.operations;
type Reversal = z.output<Operations['reversePayment']['input']>;

/**
 * Takes it for what it is that the provider has given a payment back, once: credit of the invoice's notes, as far as it is still
 * there, is paid out by it, and for the rest the invoice asks again. The money has left already, so nothing is refused but what
 * was never received.
 *
 * @throws {ServiceFailure} `NotFound`; `InvalidState` for a payment that is not applied, or of which less is left;
 * `IdempotencyConflict` when it was recorded with another amount
 */
export function reversePayment(database: Kysely<unknown>, reversal: Reversal): Promise<RecordedReversal> {
  const { reversalId, paymentId, means, amount, fee } = reversal;
  return database.transaction().execute(async (transaction) => {
    const { payment, invoice } = await lockPaidInvoice(transaction, paymentId);
    const known = await findReversal(transaction, reversal);
    if (known) return sameReversal(known, reversal);
    await requireLeft(transaction, payment, amount);
    const entryId = `reversal/${reversalId}`;
    const { customerId, currency, invoiceId } = invoice;
    const most = Math.min(amount, await notedCreditOf(transaction, invoice));
    const fromCredit = await payOutCredit(transaction, { entryId, customerId, currency, amount: most });
    const toInvoice = amount - fromCredit;
    await sql`
      insert into payment_reversals (reversal_id, payment_id, invoice_id, means, amount, fee, to_invoice, from_credit)
      values (${reversalId}, ${paymentId}, ${invoiceId}, ${means}, ${amount}, ${fee}, ${toInvoice}, ${fromCredit})
    `.execute(transaction);
    await sql`
      update invoices set allocated = allocated - ${toInvoice} where invoice_id = ${invoiceId}
    `.execute(transaction);
    const recorded = (await findReversal(transaction, reversal)) as RecordedReversal;
    await appendToOutbox(transaction, paymentReversed(recorded, invoice.contact));
    return recorded;
  });
}

/**
 * The bank has decided for the shop: the payment pays its invoice again, as far as that is open, and is credit for the rest.
 *
 * @throws {ServiceFailure} `NotFound`; `InvalidState` for what no bank decides about
 */
export function reinstatePayment(
  database: Kysely<unknown>,
  { reversalId, paymentId, feeReturned }: z.output<Operations['reinstatePayment']['input']>,
): Promise<RecordedReversal> {
  return database.transaction().execute(async (transaction) => {
    const { invoice } = await lockPaidInvoice(transaction, paymentId);
    const known = await findReversal(transaction, { reversalId, paymentId });
    if (!known) {
      throw new ServiceFailure('NotFound', `nothing was given back of the payment ${paymentId} as ${reversalId}`, {
        field: 'reversalId',
      });
    }
    if (known.reinstatedAt !== undefined) return known;
    if (known.means !== 'dispute') {
      throw new ServiceFailure('InvalidState', `${reversalId} is a refund: no bank decides about it`);
    }
    const { customerId, currency, invoiceId } = invoice;
    const toInvoice = Math.min(known.amount, unclaimed(invoice));
    const toCredit = known.amount - toInvoice;
    await sql`
      update payment_reversals set reinstated_at = clock_timestamp(), fee_returned = ${feeReturned},
        back_to_invoice = ${toInvoice}, back_to_credit = ${toCredit}
      where reversal_id = ${reversalId}
    `.execute(transaction);
    await sql`
      update invoices set allocated = allocated + ${toInvoice} where invoice_id = ${invoiceId}
    `.execute(transaction);
    if (toCredit > 0) {
      await enterCredit(transaction, {
        ...{ entryId: `reinstatement/${reversalId}`, customerId, currency, amount: toCredit },
      });
    }
    const reinstated = (await findReversal(transaction, known)) as RecordedReversal;
    const parts = { contact: invoice.contact, toInvoice, toCredit, feeReturned };
    await appendToOutbox(transaction, paymentReinstated(reinstated, parts));
    return reinstated;
  });
}

/** A card pays one invoice. */
async function lockPaidInvoice(
  transaction: Transaction<unknown>,
  paymentId: PaymentId,
): Promise<{ payment: InvoicePayment; invoice: LockedInvoice }> {
  await lockPayment(transaction, paymentId);
  const payment = await findPayment(transaction, paymentId);
  const [allocation] = payment.allocations;
  if (payment.state !== 'applied' || payment.method !== 'card' || !allocation) {
    throw new ServiceFailure(
      'InvalidState',
      `the payment ${paymentId} is ${payment.state}, by ${payment.method}: only an applied payment by card is given back by the provider`,
    );
  }
  return { payment, invoice: await lockInvoice(transaction, allocation.invoiceId) };
}

async function requireLeft(
  transaction: Transaction<unknown>,
  { paymentId, amount: paid = 0, currency }: InvoicePayment,
  amount: number,
): Promise<void> {
  const { rows } = await sql<{ reversed: number }>`
    select coalesce(sum(amount), 0)::bigint as reversed from payment_reversals
    where payment_id = ${paymentId} and reinstated_at is null
  `.execute(transaction);
  const left = paid - (rows[0]?.reversed ?? 0);
  if (amount <= left) return;
  const money = (minor: number) => (currency ? formatMoney(minor, currency) : String(minor));
  throw new ServiceFailure(
    'InvalidState',
    `${money(amount)} are given back of the payment ${paymentId}, of which ${money(left)} are left`,
    { field: 'amount' },
  );
}

/** What the invoice's notes have made credit, less what earlier reversals have paid out of it. */
async function notedCreditOf(transaction: Transaction<unknown>, { invoiceId }: LockedInvoice): Promise<number> {
  const { rows } = await sql<{ credit: number }>`
    select (
      (select coalesce(sum(to_credit), 0) from credit_notes where invoice_id = ${invoiceId})
      - (select coalesce(sum(from_credit - back_to_credit), 0) from payment_reversals where invoice_id = ${invoiceId})
    )::bigint as credit
  `.execute(transaction);
  return Math.max(0, rows[0]?.credit ?? 0);
}

interface ReversalRow extends Omit<RecordedReversal, 'number' | 'reinstatedAt'> {
  readonly number: number;
  readonly reinstatedAt: string | null;
}

async function findReversal(
  transaction: Transaction<unknown>,
  { reversalId, paymentId }: { readonly reversalId: PaymentReversalId; readonly paymentId: PaymentId },
): Promise<RecordedReversal | undefined> {
  const { rows } = await sql<ReversalRow>`
    select reversal_id as "reversalId", payment_id as "paymentId", invoice_id as "invoiceId", number,
      customer_id as "customerId", means, currency, amount, fee, to_invoice as "toInvoice", from_credit as "fromCredit",
      reversed_at as "reversedAt", reinstated_at as "reinstatedAt"
    from payment_reversals join invoices using (invoice_id)
    where reversal_id = ${reversalId}
  `.execute(transaction);
  const [row] = rows;
  if (!row) return undefined;
  if (row.paymentId !== paymentId) throw conflict(reversalId, `of the payment ${row.paymentId}`);
  const { number, reinstatedAt, ...known } = row;
  return { ...known, number: invoiceNumber(number), ...(reinstatedAt !== null && { reinstatedAt }) };
}

function sameReversal(known: RecordedReversal, { reversalId, means, amount }: Reversal): RecordedReversal {
  if (known.means === means && known.amount === amount) return known;
  throw conflict(reversalId, `as a ${known.means} of ${formatMoney(known.amount, known.currency)}`);
}

const conflict = (reversalId: string, how: string) =>
  new ServiceFailure('IdempotencyConflict', `${reversalId} was recorded ${how}`, { field: 'reversalId' });
