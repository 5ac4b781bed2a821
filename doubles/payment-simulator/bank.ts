import type { Change } from './change.ts';
import { intentObject } from './objects.ts';
import { askBank, paymentMethods } from './payment-methods.ts';
import { openReview } from './reviews.ts';
import { type IntentRow, newId, recordMovement, updateIntent } from './store.ts';
import { recordEvent } from './webhook-events.ts';

type PaymentError = NonNullable<IntentRow['lastPaymentError']>;

/** What the bank says to the payment method of an intent: the amount is held, or the intent keeps the refusal. */
export async function holdAmount(change: Change, intent: IntentRow): Promise<IntentRow> {
  const method = paymentMethods[intent.paymentMethod ?? ''];
  if (!method) throw new Error(`the intent ${intent.id} has no payment method`);
  const bank = askBank(method, intent.amount);
  if (bank.kind === 'declined') {
    const { code, declineCode, message } = bank;
    return refusePayment(change, intent, { type: 'card_error', code, decline_code: declineCode, message });
  }
  await recordMovement(change.transaction, 'authorized', intent, intent.amount);
  const held = {
    ...intent,
    status: 'requires_capture',
    chargeId: newId('ch'),
    lastPaymentError: null,
    readsUntilSettled: null,
  } as const;
  const authorized = await updateIntent(change.transaction, method.review ? await openReview(change, held) : held);
  await recordEvent(change, 'payment_intent.amount_capturable_updated', authorized, intentObject(authorized, change));
  return authorized;
}

/** The intent waits for another payment method, and says why. */
export async function refusePayment(
  change: Change,
  intent: IntentRow,
  lastPaymentError: PaymentError,
): Promise<IntentRow> {
  const refused = await updateIntent(change.transaction, {
    ...intent,
    status: 'requires_payment_method',
    paymentMethod: null,
    lastPaymentError,
    readsUntilSettled: null,
  });
  await recordEvent(change, 'payment_intent.payment_failed', refused, intentObject(refused, change));
  return refused;
}
