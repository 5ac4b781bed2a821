import type { CheckoutActivities } from '../../activities/index.ts';
import { defineCalls } from '../kit/calls.ts';
import { beforePivot, untilDone } from '../kit/retry-policies.ts';

const minute = 60_000;
const call = { startToCloseTimeout: '15s', heartbeatTimeout: '5s' } as const;
const lookUp = { ...call, total: minute, retry: beforePivot } as const;
const completion = { ...call, total: 10 * minute, retry: untilDone } as const;

/** Every call of a refund to the services. */
export const openCalls = defineCalls<CheckoutActivities>()({
  recallRefund: { summary: 'look up the order, and recall what is known of the refund', ...lookUp },
  findCustomer: { summary: 'look up the customer', ...lookUp },
  requestRefund: { summary: 'claim the pieces', ...lookUp },

  // The pivot, and what follows it.
  refundPayment: { summary: 'pay the money back', ...completion },
  restock: { summary: 'restock what comes back', ...completion },
  completeRefund: { summary: 'complete the refund', ...completion },

  // What is not kept is published again by a sweep, under the same event ids.
  recordRefundPublication: { summary: 'keep that the fact is published', locally: 'only' },

  // The way back.
  cancelRefund: { summary: 'give up the claim', ...completion },
});
