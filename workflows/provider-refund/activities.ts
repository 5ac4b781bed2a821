import type { CheckoutActivities } from '../../activities/index.ts';
import { defineCalls } from '../kit/calls.ts';
import { untilDone } from '../kit/retry-policies.ts';

const call = { startToCloseTimeout: '15s', heartbeatTimeout: '5s', total: 10 * 60_000, retry: untilDone } as const;

/** Every call of what takes up a refund that was made at the provider. */
export const calls = defineCalls<CheckoutActivities>()({
  findProviderRefund: { summary: 'read the refund at the provider', ...call },
  recordProviderRefund: { summary: 'record the refund with the order', ...call },
  findCustomer: { summary: 'look up the customer', ...call },
  recallOrder: { summary: 'look up the customer', ...call },
  rememberFact: { summary: 'keep that the refund is recorded', ...call },
})();
