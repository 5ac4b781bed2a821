import { upsertSearchAttributes } from '@temporalio/workflow';
import type { ProcessEnding } from '../kit/run-process.ts';
import { searchAttributes } from '../search-attributes.ts';
import type { CheckoutResult } from './contract.ts';
import type { OpenCheckout } from './open-checkout.ts';
import { cancelledByCustomer } from './reasons.ts';

/** How a checkout ends: the customer is told at once, then everything is undone; or it is carried through. */
export function endingOf({
  checkoutId,
  orderId,
  calls,
  progress,
  conversation,
  saga,
  milestones,
}: OpenCheckout): ProcessEnding<CheckoutResult> {
  return {
    progress,
    saga,
    milestones,
    ids: { checkoutId, orderId },
    cancelledAs: cancelledByCustomer,
    recordPublication: () => calls.recordOrderPublication(orderId),
    compensating(outcome, reason) {
      conversation.answer(outcome === 'cancelled' ? 'cancelled' : 'refused', reason);
    },
    concluded(result) {
      conversation.conclude(result);
      const { outcome, amounts } = result;
      upsertSearchAttributes([
        { key: searchAttributes.checkoutStatus, value: outcome },
        ...(amounts ? [{ key: searchAttributes.orderTotal, value: amounts.total }] : []),
      ]);
    },
  };
}
