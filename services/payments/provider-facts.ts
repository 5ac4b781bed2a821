import type Stripe from 'stripe';
import { ServiceFailure } from '../../contracts/failures.ts';
import {
  type CheckoutId,
  disputeIdSchema,
  type PaymentReversalId,
  paymentReversalIdSchema,
  providerRefundIdSchema,
} from '../../contracts/identifiers.ts';
import type { PaymentProvider } from './provider.ts';
import type { Dispute, PaymentReversal, ProviderRefund } from './provider-contract.ts';
import { isRecorded } from './recorded-facts.ts';
import { isRefundKnown } from './refund-store.ts';
import { type Database, findPaymentOfIntent, type PaymentRow } from './store.ts';

/**
 * A refund as the provider knows it now.
 *
 * @throws {ServiceFailure} `NotFound` when the provider has none, or it is of no payment of a checkout that is known here
 */
export async function findProviderRefund(
  database: Database,
  provider: PaymentProvider,
  refundId: string,
): Promise<ProviderRefund> {
  const refund = await provider.retrieveRefund(refundId);
  const payment = await findCheckoutPaymentOf(database, refund);
  const { paymentId, checkoutId, customerId, currency } = payment;
  return {
    refundId: providerRefundIdSchema.parse(refund.id),
    paymentId,
    checkoutId,
    customerId,
    amount: { amount: refund.amount, currency },
    state: stateOf(refund),
    madeBy: (await isMadeByShop(database, payment, refund)) ? 'shop' : 'provider',
    isRecorded: await isRecorded(database, refund.id),
    createdAt: instant(refund.created),
  };
}

/** A refund that has to be acted for; one that is in progress counts as given, as the provider counts it. */
const stateOf = ({ status }: Stripe.Refund): ProviderRefund['state'] => {
  if (status === 'failed' || status === 'canceled') return 'failed';
  return status === 'succeeded' ? 'succeeded' : 'pending';
};

/**
 * Whether a refund is one that this service has asked for: by its metadata, which only counts where it names what is
 * known here. Anybody with a key can write metadata.
 */
export async function isMadeByShop(
  database: Database,
  payment: PaymentRow,
  { metadata }: Pick<Stripe.Refund, 'metadata'>,
): Promise<boolean> {
  const step = metadata?.['step'];
  if (step === undefined || metadata?.['payment_id'] !== payment.paymentId) return false;
  if (step === 'void') return payment.isVoided;
  return step.startsWith('refund/') && isRefundKnown(database, payment.paymentId, step.slice('refund/'.length));
}

/**
 * A dispute as the provider knows it now.
 *
 * @throws {ServiceFailure} `NotFound` when the provider has none, or it is of no payment of a checkout that is known here
 */
export async function findDispute(database: Database, provider: PaymentProvider, disputeId: string): Promise<Dispute> {
  const dispute = await provider.retrieveDispute(disputeId);
  const { paymentId, checkoutId, customerId, currency } = await findCheckoutPaymentOf(database, dispute);
  return {
    disputeId: disputeIdSchema.parse(dispute.id),
    paymentId,
    checkoutId,
    customerId,
    amount: { amount: dispute.amount, currency },
    ...movedBy(dispute),
    state: disputeState(dispute.status),
    reason: dispute.reason,
    isRecorded: await isRecorded(database, dispute.id),
    ...respondBy(dispute),
    createdAt: instant(dispute.created),
  };
}

/**
 * What takes the payment of an invoice back, as the provider knows it now.
 *
 * @throws {ServiceFailure} `NotFound` when the provider has none, or it is of no payment of an invoice that is known here
 */
export async function findReversal(
  database: Database,
  provider: PaymentProvider,
  reversalId: PaymentReversalId,
): Promise<PaymentReversal> {
  const isRefund = providerRefundIdSchema.safeParse(reversalId).success;
  const fact = isRefund ? await provider.retrieveRefund(reversalId) : await provider.retrieveDispute(reversalId);
  const payment = await findPaymentOf(database, fact);
  const { paymentId, checkoutId, workflowId, customerId, currency } = payment;
  if (checkoutId !== null) {
    throw new ServiceFailure('NotFound', `${fact.id} is of the payment ${paymentId} of a checkout, of no invoice`);
  }
  const ofPayment = { paymentId, workflowId, customerId, amount: { amount: fact.amount, currency } };
  const common = {
    reversalId: paymentReversalIdSchema.parse(fact.id),
    ...ofPayment,
    isRecorded: await isRecorded(database, fact.id),
  };
  if (fact.object === 'dispute') {
    const end = { open: 'open', won: 'reinstated', lost: 'reversed' } as const;
    const { reason, status } = fact;
    const state = end[disputeState(status)];
    return { ...common, means: 'dispute', madeBy: 'provider', ...movedBy(fact), state, reason, ...respondBy(fact) };
  }
  const isGiven = stateOf(fact) !== 'failed';
  return {
    ...common,
    means: 'refund',
    madeBy: (await isMadeByShop(database, payment, fact)) ? 'shop' : 'provider',
    withdrawn: isGiven ? fact.amount : 0,
    ...{ fee: 0, reinstated: 0, feeReturned: 0 },
    state: isGiven ? 'reversed' : 'reinstated',
  };
}

/** What a dispute has withdrawn and brought back, in minor units: its balance transactions tell. */
function movedBy({ balance_transactions }: Stripe.Dispute) {
  const withdrawn = balance_transactions.filter(({ amount }) => amount < 0);
  const returned = balance_transactions.filter(({ amount }) => amount >= 0);
  return {
    withdrawn: -sum(withdrawn.map(({ amount }) => amount)),
    fee: sum(withdrawn.map(({ fee }) => fee)),
    reinstated: sum(returned.map(({ amount }) => amount)),
    feeReturned: -sum(returned.map(({ fee }) => fee)),
  };
}

function respondBy({ evidence_details }: Stripe.Dispute): { readonly respondBy?: string } {
  const until = evidence_details?.due_by;
  return until ? { respondBy: instant(until) } : {};
}

/** An inquiry that was closed has taken nothing: the shop keeps the money, as after a dispute that was won. */
function disputeState(status: Stripe.Dispute['status']): Dispute['state'] {
  switch (status) {
    case 'won':
    case 'warning_closed':
    case 'prevented':
      return 'won';
    case 'lost':
      return 'lost';
    default:
      return 'open';
  }
}

/** @throws {ServiceFailure} `NotFound` when the object is of no payment that is known here */
export async function findPaymentOf(
  database: Database,
  { id, payment_intent }: Pick<Stripe.Refund, 'id' | 'payment_intent'>,
): Promise<PaymentRow> {
  const intentId = typeof payment_intent === 'object' ? payment_intent?.id : payment_intent;
  if (!intentId) throw new ServiceFailure('NotFound', `${id} is of no payment that was made here`);
  return findPaymentOfIntent(database, intentId);
}

/** The same, for what is only taken up for a checkout. */
async function findCheckoutPaymentOf(
  database: Database,
  fact: Pick<Stripe.Refund, 'id' | 'payment_intent'>,
): Promise<PaymentRow & { readonly checkoutId: CheckoutId }> {
  const payment = await findPaymentOf(database, fact);
  const { checkoutId, paymentId, workflowId } = payment;
  if (checkoutId !== null) return { ...payment, checkoutId };
  throw new ServiceFailure('NotFound', `${fact.id} is of the payment ${paymentId} of ${workflowId}, of no checkout`);
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

/** ISO 8601 in UTC, of seconds since 1970. */
const instant = (seconds: number) => new Date(seconds * 1000).toISOString();
