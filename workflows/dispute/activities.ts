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

export const { findDispute } = activities('read the dispute at the provider');
export const { rememberFact } = activities('keep that the dispute is recorded');
