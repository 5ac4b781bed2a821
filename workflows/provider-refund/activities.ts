import { proxyActivities } from '@temporalio/workflow';
import type { CheckoutActivities } from '../../activities/index.ts';
import { untilDone } from '../kit/retry-policies.ts';

const activities = (summary: string) =>
  proxyActivities<CheckoutActivities>({
    summary,
    startToCloseTimeout: '15s',
    heartbeatTimeout: '5s',
    scheduleToCloseTimeout: '10 minutes',
    retry: untilDone,
  });

export const { findProviderRefund } = activities('read the refund at the provider');
export const { recordProviderRefund } = activities('record the refund with the order');
export const { findCustomer, recallOrder } = activities('look up the customer');
export const { rememberFact } = activities('keep that the refund is recorded');
