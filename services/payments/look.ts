import type Stripe from 'stripe';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { Payment } from './contract.ts';
import { challengeOf, isAwaited, paymentState, refundedAmount } from './intent.ts';
import type { PaymentProvider } from './provider.ts';
import * as store from './store.ts';

/** One payment as the provider knows it now; one that it has not heard of is `created`. */
export async function describePayment(
  database: store.Database,
  provider: PaymentProvider,
  payment: store.PaymentRow,
): Promise<Payment> {
  if (payment.intentId !== null) {
    const intent = await provider.retrieveIntent(payment.intentId);
    return toPayment(payment, await lookAgain(database, provider, payment, intent));
  }
  const { paymentId, amount, currency } = payment;
  return { paymentId, state: payment.isVoided ? 'voided' : 'created', amount: { amount, currency }, refunded: 0 };
}

/**
 * Stores whether the payment waits for something that a webhook reports. A webhook that came before that was stored has
 * signalled no checkout: so a payment that waits is read once more.
 */
export async function lookAgain(
  database: store.Database,
  provider: PaymentProvider,
  payment: store.PaymentRow,
  intent: Stripe.PaymentIntent,
): Promise<Stripe.PaymentIntent> {
  const awaited = isAwaited(intent);
  if (awaited === payment.isAwaited) return intent;
  await store.setAwaited(database, payment.paymentId, awaited);
  return awaited ? provider.retrieveIntent(intent.id) : intent;
}

/** Runs calls to the provider; where their outcome is unknown after all, webhooks of the payment are passed on. */
export async function markUnknown<Result>(
  database: store.Database,
  payment: store.PaymentRow,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!payment.isAwaited && isUnknown(error)) await store.setAwaited(database, payment.paymentId, true);
    throw error;
  }
}

const isUnknown = (error: unknown) =>
  error instanceof ServiceFailure && ['DeadlineExceeded', 'Unavailable', 'Internal'].includes(error.type);

/** What the caller is told of a payment and its intent. */
export function toPayment({ paymentId, amount, currency }: store.PaymentRow, intent: Stripe.PaymentIntent): Payment {
  const url = challengeOf(intent);
  return {
    paymentId,
    intentId: intent.id,
    state: paymentState(intent),
    ...(url && { nextAction: { url } }),
    amount: { amount, currency },
    refunded: refundedAmount(intent),
  };
}
