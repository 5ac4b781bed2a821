import type { PurchaseOrderActivities } from '../../activities/purchase-orders.ts';
import { defineCalls } from '../kit/calls.ts';
import { beforePivot, untilDone } from '../kit/retry-policies.ts';

const step = { startToCloseTimeout: '5s', total: 60_000, retry: beforePivot, locally: 'first' } as const;
const completion = {
  startToCloseTimeout: '15s',
  heartbeatTimeout: '5s',
  total: 10 * 60_000,
  retry: untilDone,
} as const;

/** Every call of a purchase order to the services. */
export const openCalls = defineCalls<PurchaseOrderActivities>()({
  lookUpPurchase: { summary: 'look up the vendor and the requester', ...step },
  submitOrder: { summary: 'submit the order', ...completion, locally: 'first' },
  reserveBudget: { summary: 'reserve the budget', ...completion, locally: 'first' },
  // A regular one: other updates come in meanwhile.
  findDecider: { summary: 'look a person up', ...completion, total: 60_000 },
  askOrderApprovers: { summary: 'ask for approvals', ...completion, locally: 'first' },
  amendOrder: { summary: 'amend the order', ...completion },

  // The pivot.
  approveOrder: { summary: 'approve the order', ...completion, locally: 'first' },

  // The way back.
  releaseBudget: { summary: 'release the budget', ...completion },
  endOrder: { summary: 'end the order', ...completion },
});
