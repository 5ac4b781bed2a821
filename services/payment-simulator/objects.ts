import type { IntentRow, RefundRow } from './store.ts';

export type Expand = readonly 'latest_charge'[];

const seconds = (time: string) => Math.floor(Date.parse(time) / 1000);

/** A PaymentIntent as Stripe's API writes it. */
export function intentObject(intent: IntentRow, expand: Expand = []): object {
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
    latest_charge: expand.includes('latest_charge') ? chargeObject(intent) : intent.chargeId,
    livemode: false,
    metadata: intent.metadata,
    payment_method: intent.paymentMethod,
    allowed_payment_method_types: ['card'],
    status: intent.status,
  };
}

/** As at Stripe, an authorization that was voided counts as a refund of its charge, though nothing was captured. */
function chargeObject(intent: IntentRow): object | null {
  if (intent.chargeId === null) return null;
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
    status: 'succeeded',
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

/** One page of a list as Stripe's API writes it; `rows` has one more than fits when there are more pages. */
export function listObject<Row>(url: string, rows: readonly Row[], limit: number, toObject: (row: Row) => object) {
  return {
    object: 'list',
    url,
    has_more: rows.length > limit,
    data: rows.slice(0, limit).map((row) => toObject(row)),
  };
}
