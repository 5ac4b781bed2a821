import { type ActivityOptions, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { CheckoutActivities } from '../../activities/index.ts';
import { failure } from '../kit/failure.ts';
import { beforePivot, untilDone } from '../kit/retry-policies.ts';

/** Local activities that fail for longer than two tries go on as activities of the server's (`localFirst`). */
export const local = proxyLocalActivities<CheckoutActivities>({
  startToCloseTimeout: '2s',
  scheduleToCloseTimeout: '5s',
  retry: { initialInterval: '200ms', maximumAttempts: 2 },
});

const minute = 60_000;

const activities = (summary: string, options: ActivityOptions) =>
  proxyActivities<CheckoutActivities>({ summary, ...options });

/** A call before the pivot: no try of it goes on for longer than the checkout has time. */
function beforeDeadline<Name extends keyof CheckoutActivities>(
  name: Name,
  summary: string,
  { total, ...options }: ActivityOptions & { readonly total: number },
) {
  return (
    deadline: number,
    ...parameters: Parameters<CheckoutActivities[Name]>
  ): ReturnType<CheckoutActivities[Name]> => {
    const left = deadline - Date.now();
    if (left <= 0) throw failure('DeadlineExceeded', `the time of the checkout was over before: ${summary}`);
    const calls = activities(summary, {
      ...options,
      scheduleToCloseTimeout: Math.min(total, left),
      retry: beforePivot,
    });
    const call = calls[name] as unknown as (...given: typeof parameters) => ReturnType<CheckoutActivities[Name]>;
    return call(...parameters);
  };
}

const lookUp = { startToCloseTimeout: '2s', total: 30_000 } as const;
const step = { startToCloseTimeout: '5s', total: minute } as const;
/** A call that may wait for the provider: it is heard of every few seconds, and can be cancelled meanwhile. */
const payment = { startToCloseTimeout: '15s', heartbeatTimeout: '5s' } as const;
const completion = { startToCloseTimeout: '5s', scheduleToCloseTimeout: '10 minutes', retry: untilDone } as const;
const undo = { ...payment, scheduleToCloseTimeout: '10 minutes', retry: untilDone } as const;

// Look-ups, and the steps after the pivot, when they could not be done locally.
export const recallCheckout = beforeDeadline('recallCheckout', 'recall what is known of the checkout', lookUp);
export const findCustomer = beforeDeadline('findCustomer', 'look up the customer', lookUp);
export const quoteCart = beforeDeadline('quoteCart', 'quote the cart', lookUp);
export const { commitStock } = activities('commit the stock', completion);
export const { completeOrder } = activities('complete the order', completion);
export const { addPurchase } = activities('add to the purchase history', completion);

// The steps before the pivot, each with a total that ends the checkout when it has passed.
export const placeOrder = beforeDeadline('placeOrder', 'place the order', step);
export const reserveStock = beforeDeadline('reserveStock', 'reserve the stock', step);
export const authorizePayment = beforeDeadline('authorizePayment', 'authorize the payment', {
  ...payment,
  total: 5 * minute,
});

// A payment that waits: asked again, it tells what the provider knows now.
export const { authorizePayment: askPayment } = activities('ask for the payment', {
  ...payment,
  scheduleToCloseTimeout: '60s',
  retry: beforePivot,
});
export const { findPayment } = activities('learn what became of the payment', {
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '30s',
  heartbeatTimeout: '5s',
  retry: beforePivot,
});
export const { findReservation } = activities('recall the reservation', {
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '30s',
  retry: beforePivot,
});
export const { approveReview } = activities('approve the review', undo);
export const { reserveStock: keepReservation } = activities('keep the reservation', completion);

// The pivot: where its outcome is not known in time, the provider's own record tells it.
export const { capturePayment } = activities('capture the payment', {
  ...payment,
  scheduleToCloseTimeout: '5 minutes',
  retry: untilDone,
});

// The way back.
export const { cancelOrder } = activities('cancel the order', undo);
export const { releaseStock } = activities('release the stock', undo);
export const { voidPayment } = activities('void the payment', undo);
