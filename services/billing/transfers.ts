import { type Kysely, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import { formatMoney } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { billingContract, InvoicePayment } from './contract.ts';
import { enterCredit } from './credit.ts';
import { type LockedInvoice, lockInvoices, unclaimed } from './locked-invoice.ts';
import { announcePayment } from './payment-events.ts';
import { findPayment, knownPayment, lockPayment } from './payment-store.ts';
import { invoiceNotFound } from './store.ts';

type Database = Kysely<unknown>;
type Operations = typeof billingContract.operations;
type Transfer = z.output<Operations['receiveTransfer']['input']>;
type Assignment = z.output<Operations['assignTransfer']['input']>;

interface Allocation {
  readonly invoiceId: string;
  readonly amount: number;
}

/** The form of a number of an invoice, wherever it stands in a text. */
const numbers = /(?<![A-Z0-9])INV-?(\d{1,12})(?!\d)/gi;

/**
 * Takes what came in at the bank, once for each reference of an account. What names invoices of one customer pays them, in the
 * order of their numbers and up to what is open of them; the rest is the customer's credit. Received money is never refused:
 * what names none, or those of several customers or of another currency, waits until somebody says whose it is. Nothing is
 * guessed from an amount.
 *
 * @throws {ServiceFailure} `IdempotencyConflict` when the id, or the reference of the account, was used for another transfer
 */
export function receiveTransfer(database: Database, transfer: Transfer): Promise<InvoicePayment> {
  const { paymentId, account, bankReference, currency, amount, receivedOn, payer, remittance } = transfer;
  const hash = contentHash({ account, bankReference, currency, amount, receivedOn });
  return database.transaction().execute(async (transaction) => {
    const { numAffectedRows } = await sql`
      insert into payments (
        payment_id, method, state, content_hash, currency, amount, account, bank_reference, received_on, payer, remittance
      ) values (
        ${paymentId}, 'transfer', 'unmatched', ${hash}, ${currency}, ${amount}, ${account}, ${bankReference}, ${receivedOn},
        ${payer}, ${remittance}
      ) on conflict do nothing
    `.execute(transaction);
    if (numAffectedRows === 0n) return sameTransfer(transaction, transfer, hash);
    const invoices = await invoicesNamed(transaction, remittance);
    const [first] = invoices;
    const isClear = invoices.every(
      (invoice) => invoice.customerId === first?.customerId && invoice.currency === currency,
    );
    if (!first || !isClear) return findPayment(transaction, paymentId);
    return allocate(transaction, transfer, first, shareOut(invoices, amount));
  });
}

/**
 * Says whose a transfer is.
 *
 * @param by who says it, which is kept
 * @throws {ServiceFailure} `NotFound`; `InvoiceNotFound`; `PaymentTooLarge` when the parts are more than came in, or than is
 * open; `CurrencyMismatch`; `IdempotencyConflict` when it was assigned to another customer; `InvalidState` for no transfer
 */
export function assignTransfer(database: Database, assignment: Assignment, by: string): Promise<InvoicePayment> {
  const { paymentId, customerId, contact, allocations, note } = assignment;
  return database.transaction().execute(async (transaction) => {
    await lockPayment(transaction, paymentId);
    const payment = await findPayment(transaction, paymentId);
    if (payment.state === 'applied' && payment.customerId === customerId && payment.assignedBy) return payment;
    if (payment.state !== 'unmatched') throw notUnmatched(payment);
    const invoices = await lockInvoices(
      transaction,
      allocations.map(({ invoiceId }) => invoiceId),
    );
    requireFitting(payment, assignment, invoices);
    await sql`
      update payments set assigned_by = ${by}, assigned_note = ${note} where payment_id = ${paymentId}
    `.execute(transaction);
    return allocate(transaction, { paymentId, amount: payment.amount ?? 0 }, { customerId, contact }, allocations);
  });
}

/** The parts of an amount that invoices get, the oldest first. */
function shareOut(invoices: readonly LockedInvoice[], amount: number): Allocation[] {
  let left = amount;
  const parts: Allocation[] = [];
  for (const invoice of invoices.toSorted((one, other) => (one.number < other.number ? -1 : 1))) {
    const part = Math.min(left, unclaimed(invoice));
    if (part > 0) parts.push({ invoiceId: invoice.invoiceId, amount: part });
    left -= part;
  }
  return parts;
}

async function allocate(
  transaction: Transaction<unknown>,
  { paymentId, amount }: Pick<Transfer, 'paymentId' | 'amount'>,
  { customerId, contact }: Pick<LockedInvoice, 'customerId' | 'contact'>,
  allocations: readonly Allocation[],
): Promise<InvoicePayment> {
  const invoiceIds = allocations.map(({ invoiceId }) => invoiceId);
  const amounts = allocations.map((allocation) => allocation.amount);
  await sql`
    with part as (select * from unnest(${invoiceIds}::text[], ${amounts}::bigint[]) as part (invoice_id, amount)),
      paid as (
        update invoices set allocated = allocated + part.amount from part where part.invoice_id = invoices.invoice_id
      )
    insert into allocations (payment_id, invoice_id, amount) select ${paymentId}, invoice_id, amount from part
  `.execute(transaction);
  const rest = amount - amounts.reduce((sum, part) => sum + part, 0);
  await sql`
    update payments set state = 'applied', customer_id = ${customerId}, contact_name = ${contact.name},
      contact_email = ${contact.email}, credit = ${rest}, ended_at = now()
    where payment_id = ${paymentId}
  `.execute(transaction);
  const payment = await findPayment(transaction, paymentId);
  if (rest > 0 && payment.currency) {
    await enterCredit(transaction, {
      entryId: `payment/${paymentId}`,
      customerId,
      currency: payment.currency,
      amount: rest,
    });
  }
  return announcePayment(transaction, payment);
}

async function invoicesNamed(transaction: Transaction<unknown>, remittance: string): Promise<LockedInvoice[]> {
  const named = [...remittance.matchAll(numbers)].map(([, number]) => Number(number));
  if (named.length === 0) return [];
  const { rows } = await sql<{ invoiceId: string; number: number }>`
    select invoice_id as "invoiceId", number from invoices where number = any(${named}::bigint[])
  `.execute(transaction);
  // A number that is nobody's makes the whole text doubtful.
  if (rows.length !== new Set(named).size) return [];
  return lockInvoices(
    transaction,
    rows.map(({ invoiceId }) => invoiceId),
  );
}

async function sameTransfer(
  transaction: Transaction<unknown>,
  { paymentId, account, bankReference }: Transfer,
  hash: string,
): Promise<InvoicePayment> {
  const known =
    (await knownPayment(transaction, sql`account = ${account} and bank_reference = ${bankReference}`)) ??
    (await knownPayment(transaction, sql`payment_id = ${paymentId}`));
  if (known?.contentHash === hash) return known.payment;
  throw new ServiceFailure(
    'IdempotencyConflict',
    `the reference ${bankReference} of the account ${account}, or the id ${paymentId}, was used for another transfer`,
    { field: 'bankReference' },
  );
}

function requireFitting(
  payment: InvoicePayment,
  { customerId, allocations }: Assignment,
  invoices: readonly LockedInvoice[],
) {
  const sum = allocations.reduce((all, { amount }) => all + amount, 0);
  const { amount = 0, currency = 'EUR' } = payment;
  if (sum > amount) {
    throw new ServiceFailure(
      invoiceRefusals.PaymentTooLarge,
      `allocations: ${formatMoney(sum, currency)} is more than what came in, ${formatMoney(amount, currency)}`,
      { field: 'allocations' },
    );
  }
  for (const [index, allocation] of allocations.entries()) {
    const field = `allocations.${index}`;
    const invoice = invoices.find(({ invoiceId }) => invoiceId === allocation.invoiceId);
    if (!invoice || invoice.customerId !== customerId) throw invoiceNotFound(allocation.invoiceId);
    if (invoice.currency !== currency) {
      throw new ServiceFailure(
        invoiceRefusals.CurrencyMismatch,
        `${field}: the invoice ${allocation.invoiceId} is in ${invoice.currency}, the transfer in ${currency}`,
        { field },
      );
    }
    if (allocation.amount > unclaimed(invoice)) {
      throw new ServiceFailure(
        invoiceRefusals.PaymentTooLarge,
        `${field}: ${formatMoney(unclaimed(invoice), currency)} of ${invoice.number} can be paid`,
        { field },
      );
    }
  }
}

const notUnmatched = ({ paymentId, state, customerId, method }: InvoicePayment) =>
  new ServiceFailure(
    method === 'transfer' ? 'IdempotencyConflict' : 'InvalidState',
    method === 'transfer'
      ? `the transfer ${paymentId} is the customer ${customerId}'s already`
      : `the payment ${paymentId} is ${state}, and no transfer: there is nothing to assign`,
    { field: 'paymentId' },
  );
