import { z } from 'zod';
import type { Change } from './change.ts';
import { closeDispute, openDispute } from './disputes.ts';
import { disputeObject, intentObject, refundObject } from './objects.ts';
import { amountSchema, cancelIntent, captureIntent, expireIntent, lockIntent } from './payment-intents.ts';
import { createRefund } from './refunds.ts';
import { approveReview } from './reviews.ts';
import { findIntentOfPayment, type IntentRow } from './store.ts';
import { invalidRequest, parse } from './stripe-error.ts';

/** An empty field of a form says nothing. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const nothing = z.strictObject({});
const part = z.strictObject({ amount: optional(amountSchema) });
const dispute = z.strictObject({
  amount: optional(amountSchema),
  /** What the provider charges for a dispute, in minor units of the payment's currency. */
  fee: optional(z.coerce.number().int().min(0).max(99_999_999)),
  reason: optional(z.string().regex(/^[a-z_]{1,40}$/)),
});
const closing = z.strictObject({ return_fee: optional(z.enum(['true', 'false']).or(z.boolean())) });

const defaultDisputeFee = 1_500;

interface Action<Schema extends z.ZodType> {
  readonly schema: Schema;
  readonly run: (change: Change, intent: IntentRow, parameters: z.output<Schema>) => Promise<object>;
}

const action = <Schema extends z.ZodType>(schema: Schema, run: Action<Schema>['run']) => ({
  run: (change: Change, intent: IntentRow, parameters: unknown) => run(change, intent, parse(schema, parameters)),
});

const shown = async (change: Change, intent: Promise<IntentRow>) => intentObject(await intent, change);

/** What people do at the dashboard of a provider without asking the shop, by the last part of its address. */
export const paymentActions = {
  capture: action(part, (change, intent, { amount }) =>
    shown(change, captureIntent(change, intent, { amount_to_capture: amount })),
  ),
  cancel: action(nothing, (change, intent) =>
    shown(change, cancelIntent(change, intent, { cancellation_reason: 'requested_by_customer' })),
  ),
  expire: action(nothing, (change, intent) => shown(change, expireIntent(change, intent))),
  'approve-review': action(nothing, async (change, intent) => {
    if (intent.reviewId === null) throw invalidRequest(`The payment ${intent.id} has no review.`);
    return approveReview(change, intent, intent.reviewId);
  }),
  refund: action(part, async (change, intent, { amount }) =>
    refundObject(await createRefund(change, intent, { amount, metadata: {} })),
  ),
  dispute: action(dispute, async (change, intent, { amount, fee = defaultDisputeFee, reason = 'fraudulent' }) =>
    disputeObject(await openDispute(change, intent, { amount, fee, reason })),
  ),
} as const;

export type PaymentAction = keyof typeof paymentActions;

/** Does one thing to a payment that is named by its intent or by the shop's own `payment_id`. */
export async function actOnPayment(
  change: Change,
  name: PaymentAction,
  id: string,
  parameters: unknown,
): Promise<object> {
  const intentId = id.startsWith('pi_') ? id : await findIntentOfPayment(change.transaction, id);
  const intent = await lockIntent(change.transaction, intentId ?? id, 'intent');
  return paymentActions[name].run(change, intent, parameters);
}

/** The bank decides about a dispute. */
export async function decideDispute(
  change: Change,
  outcome: 'win' | 'lose',
  id: string,
  parameters: unknown,
): Promise<object> {
  const { return_fee } = parse(closing, parameters);
  const returnsFee = return_fee === true || return_fee === 'true';
  return disputeObject(await closeDispute(change, id, outcome === 'win' ? 'won' : 'lost', returnsFee));
}
