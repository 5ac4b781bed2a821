import type { CheckoutActivities } from '../../activities/index.ts';
import { defineCalls } from '../kit/calls.ts';
import { cardPaymentCalls } from '../kit/card-payment/calls.ts';
import { beforePivot, untilDone } from '../kit/retry-policies.ts';

const minute = 60_000;

const lookUp = {
  startToCloseTimeout: '2s',
  total: 30_000,
  endsWithDeadline: true,
  retry: beforePivot,
  locally: 'first',
} as const;
const step = {
  startToCloseTimeout: '5s',
  total: minute,
  endsWithDeadline: true,
  retry: beforePivot,
  locally: 'first',
} as const;
const completion = { startToCloseTimeout: '5s', total: 10 * minute, retry: untilDone } as const;
const undo = { startToCloseTimeout: '15s', heartbeatTimeout: '5s', total: 10 * minute, retry: untilDone } as const;

/** Every call of a checkout to the services. */
export const openCalls = defineCalls<CheckoutActivities>()({
  lookUpCheckout: { summary: 'look up the customer and quote the cart', locally: 'only' },
  // What it has not answered, each by itself.
  recallCheckout: { summary: 'recall what is known of the checkout', ...lookUp },
  findCustomer: { summary: 'look up the customer', ...lookUp },
  quoteCart: { summary: 'quote the cart', ...lookUp },

  // The steps before the pivot, each with a total that ends the checkout when it has passed.
  placeOrder: { summary: 'place the order', ...step },
  reserveStock: { summary: 'reserve the stock', ...step },

  // The capture is the pivot.
  ...cardPaymentCalls,
  findReservation: {
    summary: 'recall the reservation',
    ...{ startToCloseTimeout: '5s', heartbeatTimeout: '5s', total: 30_000, retry: beforePivot },
  },
  keepReservation: { activity: 'reserveStock', summary: 'keep the reservation', ...completion },

  // After the pivot: together, and what was not done then by itself.
  fulfilCheckout: { summary: 'fulfil the order', locally: 'only' },
  commitStock: { summary: 'commit the stock', ...completion, locally: 'first' },
  completeOrder: { summary: 'complete the order', ...completion, locally: 'first' },
  addPurchase: { summary: 'add to the purchase history', ...completion, locally: 'first' },

  // What is not kept is published again by a sweep, under the same event ids.
  recordOrderPublication: { summary: 'keep that the facts are published', locally: 'only' },

  // The way back.
  cancelOrder: { summary: 'cancel the order', ...undo },
  releaseStock: { summary: 'release the stock', ...undo },

  // Of a recovery; what is not found in time is left to the next sweep.
  recallOrder: { summary: 'recall the order', ...completion },
  recallCustomer: { activity: 'findCustomer', summary: 'look up the customer', ...completion },
});

export type CheckoutCalls = ReturnType<typeof openCalls>;
