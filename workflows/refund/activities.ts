import { proxyActivities } from '@temporalio/workflow';
import type { CheckoutActivities } from '../../activities/index.ts';
import { beforePivot, untilDone } from '../kit/retry-policies.ts';

const activities = (summary: string, scheduleToCloseTimeout: '60s' | '10 minutes') =>
  proxyActivities<CheckoutActivities>({
    summary,
    startToCloseTimeout: '15s',
    heartbeatTimeout: '5s',
    scheduleToCloseTimeout,
    retry: scheduleToCloseTimeout === '60s' ? beforePivot : untilDone,
  });

export const { recallRefund } = activities('look up the order, and recall what is known of the refund', '60s');
export const { findCustomer } = activities('look up the customer', '60s');
export const { requestRefund } = activities('claim the pieces', '60s');

// The pivot, and what follows it.
export const { refundPayment } = activities('pay the money back', '10 minutes');
export const { restock } = activities('restock what comes back', '10 minutes');
export const { completeRefund } = activities('complete the refund', '10 minutes');

// The way back.
export const { cancelRefund } = activities('give up the claim', '10 minutes');
