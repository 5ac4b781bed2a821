import type { CheckoutActivities } from '../../activities/index.ts';
import type { RefundId } from '../../contracts/identifiers.ts';
import { defineCalls } from '../kit/calls.ts';
import { beforePivot } from '../kit/retry-policies.ts';
import type { SweptProcess } from '../kit/swept-process.ts';
import { refundWorkflow } from './messages.ts';

const calls = defineCalls<CheckoutActivities>()({
  recallRefundRequest: {
    summary: 'recall what a refund was asked for with',
    startToCloseTimeout: '5s',
    total: 10 * 60_000,
    retry: beforePivot,
  },
})();

/** A refund holds a claim that is requested or whose fact is not published. */
export const sweptRefund = {
  kind: 'refund',
  holdings: ['refunds'],
  workflowType: refundWorkflow,
  requestOf: (refundId: string) => calls.recallRefundRequest(refundId as RefundId),
} as const satisfies SweptProcess;
