import { z } from 'zod';
import { type Expand, intentObject } from './objects.ts';
import { askBank, paymentMethods } from './payment-methods.ts';
import {
  type Database,
  findIntent,
  type IntentRow,
  insertIntent,
  newId,
  recordMovement,
  updateIntent,
} from './store.ts';
import { invalidRequest, missing, StripeError } from './stripe-error.ts';

export const metadataSchema = z.record(z.string().max(40), z.string().max(500)).default({});
export const amountSchema = z.coerce.number().int().min(1).max(99_999_999);
export const expandSchema = z.array(z.literal('latest_charge')).default([]);

/** What the simulator understands of Stripe's parameters; any other is refused rather than ignored. */
export const createIntentSchema = z.strictObject({
  amount: amountSchema,
  currency: z.string().regex(/^[a-z]{3}$/),
  capture_method: z.literal('manual'),
  payment_method: z.string().optional(),
  allowed_payment_method_types: z.tuple([z.literal('card')]).optional(),
  metadata: metadataSchema,
  expand: expandSchema,
});

export const confirmIntentSchema = z.strictObject({ payment_method: z.string().optional(), expand: expandSchema });
export const captureIntentSchema = z.strictObject({ expand: expandSchema });
export const cancelIntentSchema = z.strictObject({
  cancellation_reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned']).optional(),
  expand: expandSchema,
});

/** @throws {StripeError} 404 when there is none */
export async function lockIntent(transaction: Database, id: string, param: string): Promise<IntentRow> {
  const intent = await findIntent(transaction, id, true);
  if (!intent) throw missing('payment_intent', id, param);
  return intent;
}

export async function createIntent(
  transaction: Database,
  parameters: z.infer<typeof createIntentSchema>,
): Promise<object> {
  const { amount, currency, payment_method: paymentMethod, metadata, expand } = parameters;
  if (paymentMethod !== undefined) knownMethod(paymentMethod);
  const intent = await insertIntent(transaction, {
    status: paymentMethod === undefined ? 'requires_payment_method' : 'requires_confirmation',
    amount,
    currency,
    paymentMethod: paymentMethod ?? null,
    metadata,
  });
  return intentObject(intent, expand);
}

/** @throws {StripeError} 402 when the bank declines, which the intent remembers; 400 when it cannot be confirmed now */
export async function confirmIntent(
  transaction: Database,
  intent: IntentRow,
  { payment_method, expand }: z.infer<typeof confirmIntentSchema>,
): Promise<object> {
  if (intent.status !== 'requires_payment_method' && intent.status !== 'requires_confirmation') {
    throw unexpectedState(intent, 'confirm');
  }
  const name = payment_method ?? intent.paymentMethod;
  if (name === null) {
    throw invalidRequest('You cannot confirm this PaymentIntent because it is missing a payment method.', {
      code: 'payment_intent_unexpected_state',
      payment_intent: intentObject(intent),
    });
  }
  const bank = askBank(knownMethod(name), intent.amount);
  if (bank.kind === 'declined') {
    const error = {
      type: 'card_error',
      code: bank.code,
      decline_code: bank.declineCode,
      message: bank.message,
    } as const;
    const declined = await updateIntent(transaction, {
      ...intent,
      status: 'requires_payment_method',
      paymentMethod: null,
      lastPaymentError: error,
    });
    throw new StripeError(402, { ...error, payment_intent: intentObject(declined) }, true);
  }
  await recordMovement(transaction, 'authorized', intent, intent.amount);
  const confirmed = await updateIntent(transaction, {
    ...intent,
    status: 'requires_capture',
    paymentMethod: name,
    chargeId: newId('ch'),
    lastPaymentError: null,
  });
  return intentObject(confirmed, expand);
}

/** @throws {StripeError} 400 when nothing is held */
export async function captureIntent(transaction: Database, intent: IntentRow, expand: Expand): Promise<object> {
  if (intent.status !== 'requires_capture') throw unexpectedState(intent, 'capture');
  await recordMovement(transaction, 'captured', intent, intent.amount);
  const captured = await updateIntent(transaction, { ...intent, status: 'succeeded', amountReceived: intent.amount });
  return intentObject(captured, expand);
}

/** @throws {StripeError} 400 when it has succeeded or was cancelled before */
export async function cancelIntent(
  transaction: Database,
  intent: IntentRow,
  { cancellation_reason, expand }: z.infer<typeof cancelIntentSchema>,
): Promise<object> {
  if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpectedState(intent, 'cancel');
  if (intent.status === 'requires_capture') await recordMovement(transaction, 'voided', intent, intent.amount);
  const canceled = await updateIntent(transaction, {
    ...intent,
    status: 'canceled',
    cancellationReason: cancellation_reason ?? null,
  });
  return intentObject(canceled, expand);
}

function knownMethod(name: string) {
  const method = Object.hasOwn(paymentMethods, name) ? paymentMethods[name] : undefined;
  if (!method) throw missing('PaymentMethod', name, 'payment_method', 400);
  return method;
}

function unexpectedState(intent: IntentRow, verb: 'confirm' | 'capture' | 'cancel'): StripeError {
  return new StripeError(
    400,
    {
      type: 'invalid_request_error',
      code: 'payment_intent_unexpected_state',
      message: `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
      payment_intent: intentObject(intent),
    },
    true,
  );
}
