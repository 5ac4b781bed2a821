import { type ActivityOptions, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { CheckoutActivities } from '../../activities/index.ts';

/** Local activities that fail for longer than two tries go on as activities of the server's (`localFirst`). */
export const local = proxyLocalActivities<CheckoutActivities>({
  startToCloseTimeout: '2s',
  scheduleToCloseTimeout: '5s',
  retry: { initialInterval: '200ms', maximumAttempts: 2 },
});

const beforePivot = { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s' } as const;
const untilDone = { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '60s' } as const;

const activities = (summary: string, options: ActivityOptions) =>
  proxyActivities<CheckoutActivities>({ summary, ...options });

const lookUp = { startToCloseTimeout: '2s', scheduleToCloseTimeout: '30s', retry: beforePivot } as const;
const step = { startToCloseTimeout: '5s', scheduleToCloseTimeout: '60s', retry: beforePivot } as const;
const completion = { startToCloseTimeout: '5s', retry: untilDone } as const;
const undo = { startToCloseTimeout: '15s', retry: untilDone } as const;

// Look-ups, and the steps after the pivot, when they could not be done locally.
export const { findCustomer } = activities('look up the customer', lookUp);
export const { quoteCart } = activities('quote the cart', lookUp);
export const { commitStock } = activities('commit the stock', completion);
export const { completeOrder } = activities('complete the order', completion);
export const { addPurchase } = activities('add to the purchase history', completion);

// The steps before the pivot, each with a total that ends the checkout when it has passed.
export const { placeOrder } = activities('place the order', step);
export const { reserveStock } = activities('reserve the stock', step);
export const { authorizePayment } = activities('authorize the payment', {
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: '5 minutes',
  retry: beforePivot,
});

// The pivot: its outcome has to be known, however long that takes.
export const { capturePayment } = activities('capture the payment', { startToCloseTimeout: '15s', retry: untilDone });

// The way back.
export const { cancelOrder } = activities('cancel the order', undo);
export const { releaseStock } = activities('release the stock', undo);
export const { voidPayment } = activities('void the payment', undo);
