import type { PayrollActivities } from '../../activities/payroll.ts';
import { defineCalls } from '../kit/calls.ts';
import { untilDone } from '../kit/retry-policies.ts';

const call = {
  startToCloseTimeout: '15s',
  heartbeatTimeout: '5s',
  total: 10 * 60_000,
  retry: untilDone,
} as const;

/** Every call of a correction. Summaries are never sealed: they say nothing. */
export const openCalls = defineCalls<PayrollActivities>()({
  findCorrection: { summary: 'find the correction', ...call },
  cancelCorrection: { summary: 'give the correction up', ...call },
  postCorrection: { summary: 'post the correction', ...call },
  findPerson: { summary: 'look a person up', ...call, total: 60_000 },
  askApprovers: { summary: 'ask for approvals', ...call },
});
