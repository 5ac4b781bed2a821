import type { CheckoutActivities } from '../../activities/index.ts';
import { defineCalls } from '../kit/calls.ts';
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
/** A call that may wait for the provider: it is heard of every few seconds, and can be cancelled meanwhile. */
const payment = { startToCloseTimeout: '15s', heartbeatTimeout: '5s' } as const;
const read = { startToCloseTimeout: '10s', heartbeatTimeout: '5s', total: 30_000, retry: beforePivot } as const;
const completion = { startToCloseTimeout: '5s', total: 10 * minute, retry: untilDone } as const;
const undo = { ...payment, total: 10 * minute, retry: untilDone } as const;

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
  findPayment: { summary: 'learn what became of the payment', ...read },
  findReservation: { summary: 'recall the reservation', ...read, startToCloseTimeout: '5s' },
  approveReview: { summary: 'approve the review', ...undo },
  keepReservation: { activity: 'reserveStock', summary: 'keep the reservation', ...completion },

  // The pivot: where its outcome is not known in time, the provider's own record tells it.
  capturePayment: { summary: 'capture the payment', ...payment, total: 5 * minute, retry: untilDone },

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
  voidPayment: { summary: 'void the payment', ...undo },

  // Of a recovery; what is not found in time is left to the next sweep.
  recallOrder: { summary: 'recall the order', ...completion },
  recallCustomer: { activity: 'findCustomer', summary: 'look up the customer', ...completion },
});

export type CheckoutCalls = ReturnType<typeof openCalls>;
