import { proxyActivities } from '@temporalio/workflow';
import type { CheckoutActivities } from '../../activities/index.ts';
import { untilDone } from '../kit/retry-policies.ts';

const activities = (summary: string) =>
  proxyActivities<CheckoutActivities>({
    summary,
    startToCloseTimeout: '15s',
    heartbeatTimeout: '5s',
    retry: untilDone,
  });

export const { reconcilePage } = activities("compare a page of the provider's list");
export const { findUnseen } = activities("find payments that the provider's list did not have");
