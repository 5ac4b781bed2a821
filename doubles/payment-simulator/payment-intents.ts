import { z } from 'zod';
import { currencies } from '../../contracts/currency.ts';
import { holdAmount } from './bank.ts';
import type { Change } from './change.ts';
import { type Expansion, intentObject } from './objects.ts';
import { paymentMethods } from './payment-methods.ts';
import { closeReview, findReview } from './reviews.ts';
import { type Database, findIntent, type IntentRow, insertIntent, recordMovement, updateIntent } from './store.ts';
import { invalidRequest, missing, StripeError } from './stripe-error.ts';
import { recordEvent } from './webhook-events.ts';

export const metadataSchema = z.record(z.string().max(40), z.string().max(500)).default({});
export const amountSchema = z.coerce.number().int().min(1).max(99_999_999);
export const expandSchema = z.array(z.enum(['latest_charge', 'review'])).default([]);

/** What the simulator understands of Stripe's parameters; any other is refused rather than ignored. */
export const createIntentSchema = z.strictObject({
  amount: amountSchema,
  currency: z.enum(currencies.map((currency) => currency.toLowerCase())),
  capture_method: z.literal('manual'),
  payment_method: z.string().optional(),
  allowed_payment_method_types: z.tuple([z.literal('card')]).optional(),
  metadata: metadataSchema,
  expand: expandSchema,
});

export const confirmIntentSchema = z.strictObject({
  payment_method: z.string().optional(),
  return_url: z.url({ protocol: /^https?$/ }).optional(),
  expand: expandSchema,
});
export const captureIntentSchema = z.strictObject({ amount_to_capture: amountSchema.optional(), expand: expandSchema });
export const cancelIntentSchema = z.strictObject({
  cancellation_reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned']).optional(),
  expand: expandSchema,
});

/** How often a `processing` intent is read before it is settled: twice it is still processing, then it is not. */
const readsUntilSettled = 2;

/** @throws {StripeError} 404 when there is none */
export async function lockIntent(transaction: Database, id: string, param: string): Promise<IntentRow> {
  const intent = await findIntent(transaction, id, true);
  if (!intent) throw missing('payment_intent', id, param);
  return intent;
}

/** A PaymentIntent as Stripe's API writes it, with what the caller wants to see whole. */
export async function viewIntent(
  database: Database,
  publicUrl: string,
  intent: IntentRow,
  expand: readonly Expansion[],
): Promise<object> {
  const isReviewWanted = expand.includes('review') && intent.reviewId !== null;
  return intentObject(intent, {
    publicUrl,
    withCharge: expand.includes('latest_charge'),
    review: isReviewWanted ? await findReview(database, intent.reviewId) : undefined,
  });
}

export async function createIntent(
  change: Change,
  { amount, currency, payment_method: paymentMethod, metadata }: z.infer<typeof createIntentSchema>,
): Promise<IntentRow> {
  if (paymentMethod !== undefined) knownMethod(paymentMethod);
  return insertIntent(change.transaction, {
    status: paymentMethod === undefined ? 'requires_payment_method' : 'requires_confirmation',
    amount,
    currency,
    paymentMethod: paymentMethod ?? null,
    metadata,
  });
}

/** @throws {StripeError} 402 when the bank declines, which the intent remembers; 400 when it cannot be confirmed now */
export async function confirmIntent(
  change: Change,
  intent: IntentRow,
  { payment_method, return_url }: z.infer<typeof confirmIntentSchema>,
): Promise<IntentRow> {
  if (intent.status !== 'requires_payment_method' && intent.status !== 'requires_confirmation') {
    throw unexpectedState(change, intent, 'confirm');
  }
  const name = payment_method ?? intent.paymentMethod;
  if (name === null) {
    throw invalidRequest('You cannot confirm this PaymentIntent because it is missing a payment method.', {
      code: 'payment_intent_unexpected_state',
      payment_intent: intentObject(intent, change),
    });
  }
  const method = knownMethod(name);
  const confirming = { ...intent, paymentMethod: name, returnUrl: return_url ?? null, lastPaymentError: null };
  if (method.challenge) return requireChallenge(change, confirming);
  if (method.late) {
    const processing = await updateIntent(change.transaction, {
      ...confirming,
      status: 'processing',
      readsUntilSettled,
    });
    await recordEvent(change, 'payment_intent.processing', processing, intentObject(processing, change));
    return processing;
  }
  const settled = await holdAmount(change, confirming);
  if (settled.lastPaymentError) {
    throw new StripeError(402, { ...settled.lastPaymentError, payment_intent: intentObject(settled, change) }, true);
  }
  return settled;
}

async function requireChallenge(change: Change, intent: IntentRow): Promise<IntentRow> {
  if (intent.returnUrl === null) {
    throw invalidRequest('This payment method needs a challenge: say with return_url where the customer goes next.', {
      param: 'return_url',
    });
  }
  const challenged = await updateIntent(change.transaction, { ...intent, status: 'requires_action' });
  await recordEvent(change, 'payment_intent.requires_action', challenged, intentObject(challenged, change));
  return challenged;
}

/** A read of a `processing` intent; the last of them brings the bank's answer. */
export async function awaitSettlement(change: Change, id: string): Promise<IntentRow> {
  const intent = await lockIntent(change.transaction, id, 'intent');
  if (intent.status !== 'processing') return intent;
  const left = intent.readsUntilSettled ?? 0;
  return left > 0
    ? updateIntent(change.transaction, { ...intent, readsUntilSettled: left - 1 })
    : holdAmount(change, intent);
}

/**
 * Takes all that is held, or a part of it: the rest is released, as at Stripe.
 *
 * @throws {StripeError} 400 when nothing is held, or no longer, or less
 */
export async function captureIntent(
  change: Change,
  intent: IntentRow,
  { amount_to_capture: amount = intent.amount }: { readonly amount_to_capture?: number | undefined },
): Promise<IntentRow> {
  if (intent.status !== 'requires_capture') throw unexpectedState(change, intent, 'capture');
  if (intent.paymentMethod !== null && paymentMethods[intent.paymentMethod]?.expires) {
    throw unexpectedState(change, await expireIntent(change, intent), 'capture');
  }
  if (amount > intent.amount) {
    throw invalidRequest(
      `The amount_to_capture (${amount}) is greater than the amount_capturable (${intent.amount}).`,
      {
        code: 'amount_too_large',
        param: 'amount_to_capture',
      },
    );
  }
  await recordMovement(change.transaction, 'captured', intent, amount);
  if (amount < intent.amount) await recordMovement(change.transaction, 'voided', intent, intent.amount - amount);
  const captured = await updateIntent(change.transaction, { ...intent, status: 'succeeded', amountReceived: amount });
  await recordEvent(change, 'payment_intent.succeeded', captured, intentObject(captured, change));
  return captured;
}

/** The authorization ends by itself. @throws {StripeError} 400 when nothing is held */
export async function expireIntent(change: Change, intent: IntentRow): Promise<IntentRow> {
  if (intent.status !== 'requires_capture') throw unexpectedState(change, intent, 'cancel');
  return endIntent(change, intent, 'automatic');
}

/** @throws {StripeError} 400 when it has succeeded, is processing or was cancelled before */
export async function cancelIntent(
  change: Change,
  intent: IntentRow,
  { cancellation_reason }: Pick<z.infer<typeof cancelIntentSchema>, 'cancellation_reason'>,
): Promise<IntentRow> {
  if (['succeeded', 'processing', 'canceled'].includes(intent.status)) throw unexpectedState(change, intent, 'cancel');
  return endIntent(change, intent, cancellation_reason ?? null);
}

async function endIntent(change: Change, intent: IntentRow, reason: string | null): Promise<IntentRow> {
  if (intent.status === 'requires_capture') await recordMovement(change.transaction, 'voided', intent, intent.amount);
  const canceled = await updateIntent(change.transaction, {
    ...intent,
    status: 'canceled',
    cancellationReason: reason,
  });
  await closeReview(change, canceled, 'canceled');
  await recordEvent(change, 'payment_intent.canceled', canceled, intentObject(canceled, change));
  return canceled;
}

function knownMethod(name: string) {
  const method = Object.hasOwn(paymentMethods, name) ? paymentMethods[name] : undefined;
  if (!method) throw missing('PaymentMethod', name, 'payment_method', 400);
  return method;
}

function unexpectedState(change: Change, intent: IntentRow, verb: 'confirm' | 'capture' | 'cancel'): StripeError {
  return new StripeError(
    400,
    {
      type: 'invalid_request_error',
      code: 'payment_intent_unexpected_state',
      message: `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
      payment_intent: intentObject(intent, change),
    },
    true,
  );
}
