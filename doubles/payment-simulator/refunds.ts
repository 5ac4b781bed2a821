import { z } from 'zod';
import type { Change } from './change.ts';
import { findDisputeOf } from './disputes.ts';
import { chargeObject, refundObject } from './objects.ts';
import { amountSchema, metadataSchema } from './payment-intents.ts';
import { closeReview } from './reviews.ts';
import { type IntentRow, insertRefund, type RefundRow, recordMovement, updateIntent } from './store.ts';
import { invalidRequest } from './stripe-error.ts';
import { recordEvent } from './webhook-events.ts';

export const createRefundSchema = z.strictObject({
  payment_intent: z.string(),
  amount: amountSchema.optional(),
  metadata: metadataSchema,
});

/** @throws {StripeError} 400 when nothing was captured, or not as much is left */
export async function createRefund(
  change: Change,
  intent: IntentRow,
  { amount, metadata }: Pick<z.infer<typeof createRefundSchema>, 'amount' | 'metadata'>,
): Promise<RefundRow> {
  if (intent.status !== 'succeeded') {
    throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
      param: 'payment_intent',
    });
  }
  const left = intent.amountReceived - intent.amountRefunded;
  if (left === 0) {
    throw invalidRequest(`Charge ${intent.chargeId} has already been refunded.`, { code: 'charge_already_refunded' });
  }
  const dispute = await findDisputeOf(change.transaction, intent.id);
  if (dispute && dispute.status !== 'won') {
    throw invalidRequest(`Charge ${intent.chargeId} has been disputed: it cannot be refunded.`, {
      code: 'charge_disputed',
    });
  }
  const given = amount ?? left;
  if (given > left) {
    throw invalidRequest(`Refund amount (${given}) is greater than unrefunded amount on charge (${left})`, {
      param: 'amount',
    });
  }
  const refund = await insertRefund(change.transaction, {
    intentId: intent.id,
    amount: given,
    currency: intent.currency,
    metadata,
  });
  await recordMovement(change.transaction, 'refunded', intent, given, { refundId: refund.id });
  const refunded = await updateIntent(change.transaction, {
    ...intent,
    amountRefunded: intent.amountRefunded + given,
  });
  await closeReview(change, refunded, 'refunded');
  await recordEvent(change, 'refund.created', refunded, refundObject(refund));
  await recordEvent(change, 'charge.refunded', refunded, chargeObject(refunded));
  return refund;
}
