import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import { formatMoney } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PaymentId } from '../../contracts/identifiers.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { billingContract, InvoicePayment } from './contract.ts';
import { type LockedInvoice, lockInvoice, unclaimed } from './locked-invoice.ts';
import { announcePayment } from './payment-events.ts';
import { findPayment, type KnownPayment, knownPayment, lockPayment } from './payment-store.ts';

type Database = Kysely<unknown>;
type Operations = typeof billingContract.operations;
type Claim = z.output<Operations['claimPayment']['input']>;

/**
 * Sets aside what a card is to pay. The row of the invoice is the lock: of many payments at once only one finds it open.
 *
 * @throws {ServiceFailure} `InvoiceNotFound`; `InvoiceAlreadyPaid`; `InvoiceHeld`; `PaymentPending` while another payment has set it
 * aside; `PaymentTooLarge`; `CurrencyMismatch`; `IdempotencyConflict`; `InvalidState` when the claim was given up, even before it came
 */
export function claimPayment(database: Database, claim: Claim): Promise<InvoicePayment> {
  return database.transaction().execute(async (transaction) => {
    const invoice = await lockInvoice(transaction, claim.invoiceId);
    const known = await recallPayment(transaction, claim);
    if (known) return requireNotFailed(known);
    requireNotHeld(invoice);
    const amount = amountOf(claim, invoice);
    const { paymentId, invoiceId } = claim;
    const { customerId, contact, currency } = invoice;
    const { numAffectedRows } = await sql`
      insert into payments (
        payment_id, method, state, content_hash, customer_id, contact_name, contact_email, currency, amount
      ) values (
        ${paymentId}, 'card', 'claimed', ${hashOf(claim)}, ${customerId}, ${contact.name}, ${contact.email}, ${currency},
        ${amount}
      ) on conflict do nothing
    `.execute(transaction);
    if (numAffectedRows === 0n) {
      // A claim of the same id for another invoice, or the word that it was given up, came between.
      const between = await recallPayment(transaction, claim);
      return between ? requireNotFailed(between) : findPayment(transaction, paymentId);
    }
    await sql`
      insert into allocations (payment_id, invoice_id, amount) values (${paymentId}, ${invoiceId}, ${amount})
    `.execute(transaction);
    await sql`
      update invoices set claimed = claimed + ${amount} where invoice_id = ${invoiceId}
    `.execute(transaction);
    return findPayment(transaction, paymentId);
  });
}

/**
 * The payment of an id, if there is one.
 *
 * @throws {ServiceFailure} `IdempotencyConflict` when it was asked for with other content
 */
export async function recallPayment(database: Database, claim: Claim): Promise<InvoicePayment | undefined> {
  const known = await knownPayment(database, sql`payment_id = ${claim.paymentId}`);
  if (!known) return undefined;
  if (isOther(known, claim)) throw conflict(claim.paymentId);
  return known.payment;
}

/**
 * Gives a claim up. One that was never made leaves a tombstone: it is refused when it comes.
 *
 * @throws {ServiceFailure} `InvalidState` when the payment is applied
 */
export function releaseClaim(
  database: Database,
  { paymentId, reason }: z.output<Operations['releaseClaim']['input']>,
): Promise<{ wasClaimed: boolean }> {
  return database.transaction().execute(async (transaction) => {
    await sql`
      insert into payments (payment_id, method, state, reason, ended_at)
      values (${paymentId}, 'card', 'failed', ${JSON.stringify(reason)}::jsonb, now())
      on conflict do nothing
    `.execute(transaction);
    await lockPayment(transaction, paymentId);
    const { state, allocations } = await findPayment(transaction, paymentId);
    if (state === 'failed') return { wasClaimed: allocations.length > 0 };
    if (state !== 'claimed') {
      throw new ServiceFailure('InvalidState', `the payment ${paymentId} is ${state}: nothing can be given up of it`);
    }
    await sql`
      update invoices set claimed = claimed - allocations.amount
      from allocations where allocations.invoice_id = invoices.invoice_id and payment_id = ${paymentId}
    `.execute(transaction);
    await sql`
      update payments set state = 'failed', reason = ${JSON.stringify(reason)}::jsonb, ended_at = now()
      where payment_id = ${paymentId}
    `.execute(transaction);
    return { wasClaimed: true };
  });
}

/**
 * What was set aside is paid, once; the event for the books is in the same transaction.
 *
 * @throws {ServiceFailure} `NotFound`; `InvalidState` when the claim was given up
 */
export function applyPayment(database: Database, paymentId: PaymentId): Promise<InvoicePayment> {
  return database.transaction().execute(async (transaction) => {
    await lockPayment(transaction, paymentId);
    const payment = await findPayment(transaction, paymentId);
    if (payment.state === 'applied') return payment;
    if (payment.state !== 'claimed') {
      throw new ServiceFailure('InvalidState', `the payment ${paymentId} is ${payment.state}: it cannot be applied`);
    }
    await sql`
      update invoices set claimed = claimed - allocations.amount, allocated = allocated + allocations.amount
      from allocations where allocations.invoice_id = invoices.invoice_id and payment_id = ${paymentId}
    `.execute(transaction);
    await sql`
      update payments set state = 'applied', ended_at = now() where payment_id = ${paymentId}
    `.execute(transaction);
    return announcePayment(transaction, await findPayment(transaction, paymentId));
  });
}

function requireNotHeld({ invoiceId, open, isBanned, customerId }: LockedInvoice): void {
  if (open === 0 || !isBanned) return;
  throw new ServiceFailure(
    invoiceRefusals.InvoiceHeld,
    `the invoice ${invoiceId} is on hold: its customer ${customerId} is banned`,
  );
}

function amountOf({ amount, currency }: Claim, invoice: LockedInvoice): number {
  const { invoiceId, open } = invoice;
  const money = (minor: number) => formatMoney(minor, invoice.currency);
  if (currency !== undefined && currency !== invoice.currency) {
    throw new ServiceFailure(
      invoiceRefusals.CurrencyMismatch,
      `the invoice ${invoiceId} is in ${invoice.currency}, the payment in ${currency}`,
      { field: 'currency' },
    );
  }
  if (open === 0) {
    throw new ServiceFailure(
      invoiceRefusals.InvoiceAlreadyPaid,
      `nothing of the invoice ${invoiceId} is open any more`,
    );
  }
  if (amount !== undefined && amount > open) {
    throw new ServiceFailure(
      invoiceRefusals.PaymentTooLarge,
      `${money(amount)} is more than what is open of the invoice ${invoiceId}, ${money(open)}`,
      { field: 'amount', facts: { open } },
    );
  }
  const left = unclaimed(invoice);
  if (left === 0 || (amount ?? 0) > left) {
    throw new ServiceFailure(
      invoiceRefusals.PaymentPending,
      `${money(invoice.claimed)} of ${money(open)} of the invoice ${invoiceId} are set aside for another payment`,
    );
  }
  return amount ?? left;
}

function requireNotFailed(payment: InvoicePayment): InvoicePayment {
  if (payment.state !== 'failed') return payment;
  throw new ServiceFailure(
    'InvalidState',
    `the payment ${payment.paymentId} has come to nothing (${payment.reason?.type}); choose a new paymentId`,
    { field: 'paymentId' },
  );
}

const hashOf = ({ invoiceId, amount, currency }: Claim) => contentHash({ invoiceId, amount, currency });

/** A tombstone knows of no content: it stands for any. */
const isOther = ({ contentHash: known, payment }: KnownPayment, claim: Claim) =>
  known === null ? payment.state !== 'failed' : known !== hashOf(claim);

const conflict = (paymentId: string) =>
  new ServiceFailure(
    'IdempotencyConflict',
    `the payment ${paymentId} was asked for before with other content; choose a new paymentId`,
    { field: 'paymentId' },
  );
