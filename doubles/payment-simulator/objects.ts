import type { DisputeRow, IntentRow, RefundRow, ReviewRow } from './store.ts';

/** What an answer shows whole instead of by its id. */
export type Expansion = 'latest_charge' | 'review';

export interface IntentView {
  /** Where customers reach the simulator. */
  readonly publicUrl: string;
  /** Shows the charge whole. */
  readonly withCharge?: boolean;
  /** Shows the review whole. */
  readonly review?: ReviewRow | undefined;
}

/** Seconds since 1970, as Stripe writes times, of an ISO 8601 text. */
export const seconds = (time: string) => Math.floor(Date.parse(time) / 1000);

/** Where the customer passes the challenge of an intent. */
export const challengeUrl = (publicUrl: string, intentId: string) => `${publicUrl}/challenge/${intentId}`;

/** A PaymentIntent as Stripe's API writes it. */
export function intentObject(intent: IntentRow, { publicUrl, withCharge = false, review }: IntentView): object {
  return {
    id: intent.id,
    object: 'payment_intent',
    amount: intent.amount,
    amount_capturable: intent.status === 'requires_capture' ? intent.amount : 0,
    amount_received: intent.amountReceived,
    cancellation_reason: intent.cancellationReason,
    capture_method: 'manual',
    created: seconds(intent.createdAt),
    currency: intent.currency,
    last_payment_error: intent.lastPaymentError,
    latest_charge: withCharge && intent.chargeId !== null ? chargeObject(intent) : intent.chargeId,
    livemode: false,
    metadata: intent.metadata,
    next_action:
      intent.status === 'requires_action'
        ? {
            type: 'redirect_to_url',
            redirect_to_url: { url: challengeUrl(publicUrl, intent.id), return_url: intent.returnUrl },
          }
        : null,
    payment_method: intent.paymentMethod,
    allowed_payment_method_types: ['card'],
    review: review ? reviewObject(review) : intent.reviewId,
    status: intent.status,
  };
}

/** The charge of an intent whose amount was held. As at Stripe, an authorization that was voided counts as a refund of its charge, though nothing was captured. */
export function chargeObject(intent: IntentRow): object {
  const amountRefunded = intent.status === 'canceled' ? intent.amount : intent.amountRefunded;
  return {
    id: intent.chargeId,
    object: 'charge',
    amount: intent.amount,
    amount_captured: intent.amountReceived,
    amount_refunded: amountRefunded,
    captured: intent.status === 'succeeded',
    currency: intent.currency,
    payment_intent: intent.id,
    refunded: amountRefunded === intent.amount,
    review: intent.reviewId,
    status: 'succeeded',
  };
}

/** A Review as Stripe's API writes it. */
export function reviewObject(review: ReviewRow): object {
  return {
    id: review.id,
    object: 'review',
    billing_zip: null,
    charge: review.chargeId,
    closed_reason: review.closedReason,
    created: seconds(review.createdAt),
    ip_address: null,
    ip_address_location: null,
    livemode: false,
    open: review.closedReason === null,
    opened_reason: 'rule',
    payment_intent: review.intentId,
    reason: review.closedReason ?? 'rule',
    session: null,
  };
}

/** A Refund as Stripe's API writes it. */
export function refundObject(refund: RefundRow): object {
  return {
    id: refund.id,
    object: 'refund',
    amount: refund.amount,
    created: seconds(refund.createdAt),
    currency: refund.currency,
    metadata: refund.metadata,
    payment_intent: refund.intentId,
    status: 'succeeded',
  };
}

/** A Dispute as Stripe's API writes it. Its balance transactions tell what was withdrawn and what came back. */
export function disputeObject(dispute: DisputeRow): object {
  const created = seconds(dispute.createdAt);
  const transaction = (amount: number, fee: number) => ({
    object: 'balance_transaction',
    amount,
    currency: dispute.currency,
    fee,
    net: amount - fee,
    type: 'adjustment',
  });
  return {
    id: dispute.id,
    object: 'dispute',
    amount: dispute.amount,
    balance_transactions: [
      transaction(-dispute.amount, dispute.fee),
      ...(dispute.status === 'won' ? [transaction(dispute.amount, dispute.feeReturned ? -dispute.fee : 0)] : []),
    ],
    charge: dispute.chargeId,
    created,
    currency: dispute.currency,
    evidence_details: { due_by: created + responseDays * 86_400, has_evidence: false, past_due: false },
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: dispute.intentId,
    reason: dispute.reason,
    status: dispute.status,
  };
}

/** How long a shop may answer a dispute. */
const responseDays = 7;

/** One page of a list as Stripe's API writes it; `rows` has one more than fits when there are more pages. */
export function listObject<Row>(url: string, rows: readonly Row[], limit: number, toObject: (row: Row) => object) {
  return {
    object: 'list',
    url,
    has_more: rows.length > limit,
    data: rows.slice(0, limit).map((row) => toObject(row)),
  };
}
