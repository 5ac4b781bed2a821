import type { createPaymentActivities } from '../../../activities/payments.ts';
import type { PaymentId } from '../../../contracts/identifiers.ts';
import type { CallDefinition, Calls } from '../calls.ts';
import { beforePivot, untilDone } from '../retry-policies.ts';

const minute = 60_000;

/** A call that may wait for the provider: it is heard of every few seconds, and can be cancelled meanwhile. */
const payment = { startToCloseTimeout: '15s', heartbeatTimeout: '5s' } as const;

/**
 * The calls of a card payment, to spread into those of a process. It needs a deadline: the authorization ends with it.
 *
 * ```ts
 * const openCalls = defineCalls<BackOfficeActivities>()({ ...cardPaymentCalls, claimAmount: { … } });
 * ```
 */
export const cardPaymentCalls = {
  authorizePayment: {
    summary: 'authorize the payment',
    ...{ ...payment, total: 5 * minute, endsWithDeadline: true, retry: beforePivot },
  },

  // A payment that waits: asked again, it tells what the provider knows now.
  getPayment: {
    activity: 'authorizePayment',
    summary: 'ask for the payment',
    ...{ ...payment, total: minute, retry: beforePivot },
  },
  findPayment: {
    summary: 'learn what became of the payment',
    ...{ startToCloseTimeout: '10s', heartbeatTimeout: '5s', total: 30_000, retry: beforePivot },
  },
  approveReview: { summary: 'approve the review', ...payment, total: 10 * minute, retry: untilDone },

  // The pivot: where its outcome is not known in time, the provider's own record tells it.
  capturePayment: { summary: 'capture the payment', ...payment, total: 5 * minute, retry: untilDone },

  // The way back.
  voidPayment: { summary: 'void the payment', ...payment, total: 10 * minute, retry: untilDone },
} as const satisfies Readonly<Record<string, CallDefinition>>;

export type CardPaymentCalls = Calls<ReturnType<typeof createPaymentActivities>, typeof cardPaymentCalls>;

/** A card, and the payment that is made with it. */
export type Card = Parameters<CardPaymentCalls['authorizePayment']>[0] & { readonly paymentId: PaymentId };
