import { sql } from 'kysely';
import type Stripe from 'stripe';
import type { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import { disputeIdSchema, type PaymentId, providerRefundIdSchema } from '../../contracts/identifiers.ts';
import { isAwaited } from './intent.ts';
import type { Page, PageRequest, PaymentProvider } from './provider.ts';
import type { providerOperations, ReconciliationPage } from './provider-contract.ts';
import { findPaymentOf, isMadeByShop } from './provider-facts.ts';
import { isRecorded } from './recorded-facts.ts';
import { type Database, findPaymentOfIntent, type PaymentRow } from './store.ts';

type Asked = z.output<(typeof providerOperations)['reconcilePage']['input']>;
type Differences = Omit<ReconciliationPage, 'seen' | 'next'>;
/** To be filled, all of it. */
type Mutable<Type> = { -readonly [Key in keyof Type]-?: Exclude<Type[Key], undefined> };

const none = (): Mutable<Differences> => ({
  changedPayments: [],
  providerRefunds: [],
  disputes: [],
  factsWithoutCheckout: [],
  findings: [],
});

/**
 * Compares one page of one of the provider's lists with what is known here. It changes nothing but the time at which a
 * payment was seen, so a page may be compared any number of times.
 */
export async function reconcilePage(
  database: Database,
  provider: PaymentProvider,
  { list, ...asked }: Asked,
): Promise<ReconciliationPage> {
  switch (list) {
    case 'payments':
      return compare(await provider.listIntents(asked), asked, (found, intent) =>
        comparePayment(database, found, intent),
      );
    case 'refunds':
      return compare(await provider.listRefunds(asked), asked, async (found, refund) => {
        const payment = await findPaymentOf(database, refund);
        if (refund.status === 'failed' || refund.status === 'canceled') return;
        if ((await isMadeByShop(database, payment, refund)) || (await isRecorded(database, refund.id))) return;
        const { paymentId, checkoutId } = payment;
        if (checkoutId === null) found.factsWithoutCheckout.push(withoutCheckout(refund.id, payment));
        else found.providerRefunds.push({ refundId: providerRefundIdSchema.parse(refund.id), paymentId, checkoutId });
      });
    case 'disputes':
      return compare(await provider.listDisputes(asked), asked, async (found, dispute) => {
        const payment = await findPaymentOf(database, dispute);
        if (await isRecorded(database, dispute.id)) return;
        const { paymentId, checkoutId } = payment;
        if (checkoutId === null) found.factsWithoutCheckout.push(withoutCheckout(dispute.id, payment));
        else found.disputes.push({ disputeId: disputeIdSchema.parse(dispute.id), paymentId, checkoutId });
      });
  }
}

const withoutCheckout = (id: string, { paymentId, workflowId }: PaymentRow) => ({ id, paymentId, workflowId });

async function compare<Item extends { readonly id: string }>(
  { items, hasMore }: Page<Item>,
  { after }: PageRequest,
  look: (found: Mutable<Differences>, item: Item) => Promise<void>,
): Promise<ReconciliationPage> {
  const found = none();
  for (const item of items) {
    try {
      await look(found, item);
    } catch (error) {
      if (!(error instanceof ServiceFailure && error.type === 'NotFound')) throw error;
      found.findings.push({ id: item.id, finding: error.message });
    }
  }
  const last = items.at(-1)?.id;
  return { seen: items.length, ...(hasMore && last !== undefined && last !== after && { next: last }), ...found };
}

async function comparePayment(
  database: Database,
  found: Mutable<Differences>,
  intent: Stripe.PaymentIntent,
): Promise<void> {
  const payment = await findPaymentOfIntent(database, intent.id);
  const { paymentId, checkoutId, workflowId, amount, currency } = payment;
  await sql`update payments set seen_at = now() where payment_id = ${paymentId}`.execute(database);
  // A review is not in the list: a workflow that waits for one is signalled, and reads it.
  if (payment.isAwaited && (!isAwaited(intent) || intent.review)) {
    found.changedPayments.push({ paymentId, workflowId, ...(checkoutId !== null && { checkoutId }) });
  }
  const finding = contradictionOf(payment, intent);
  if (finding) found.findings.push({ id: intent.id, finding: `${paymentId}: ${finding}` });
  if (intent.amount !== amount || intent.currency.toUpperCase() !== currency) {
    const atProvider = `${intent.amount} ${intent.currency.toUpperCase()}`;
    found.findings.push({ id: intent.id, finding: `${paymentId} is ${amount} ${currency} here, ${atProvider} there` });
  }
}

/** What the provider says of a payment against what this service has done with it. */
function contradictionOf({ voidOutcome }: PaymentRow, { status }: Stripe.PaymentIntent): string | undefined {
  if (voidOutcome === null) return undefined;
  if (voidOutcome === 'refunded') return status === 'succeeded' ? undefined : `was refunded here, is ${status} there`;
  return status === 'canceled' || status === 'succeeded' ? undefined : `was voided here, is ${status} there`;
}

/** Payments that have an intent here which the provider's list did not have; at most 100. */
export async function findUnseen(
  database: Database,
  startedAt: string,
  since?: string,
): Promise<{ paymentId: PaymentId; intentId: string }[]> {
  const { rows } = await sql<{ paymentId: PaymentId; intentId: string }>`
    select payment_id as "paymentId", intent_id as "intentId" from payments
    where intent_id is not null and (seen_at is null or seen_at < ${startedAt}::timestamptz)
      and created_at < ${startedAt}::timestamptz
      and (${since ?? null}::timestamptz is null or created_at >= ${since ?? null}::timestamptz)
    order by created_at limit 100
  `.execute(database);
  return rows;
}
