import type { CheckoutActivities } from '../../activities/index.ts';
import { defineCalls } from '../kit/calls.ts';
import { untilDone } from '../kit/retry-policies.ts';

const call = { startToCloseTimeout: '15s', heartbeatTimeout: '5s', total: 10 * 60_000, retry: untilDone } as const;

/** Every call of what takes up a dispute. */
export const calls = defineCalls<CheckoutActivities>()({
  findDispute: { summary: 'read the dispute at the provider', ...call },
  rememberFact: { summary: 'keep that the dispute is recorded', ...call },
})();
