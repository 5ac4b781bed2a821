import type { BackOfficeActivities } from '../../activities/back-office.ts';
import { defineCalls } from '../kit/calls.ts';
import { untilDone } from '../kit/retry-policies.ts';

const call = { startToCloseTimeout: '15s', heartbeatTimeout: '5s', total: 10 * 60_000, retry: untilDone } as const;

/** Every call of what takes up a payment that the provider has given back. */
export const calls = defineCalls<BackOfficeActivities>()({
  findReversal: { summary: 'read the reversal at the provider', ...call },
  reversePayment: { summary: 'take the payment back', ...call },
  reinstatePayment: { summary: 'count the payment again', ...call },
  rememberFact: { summary: 'keep that the reversal is recorded', ...call },
})();
