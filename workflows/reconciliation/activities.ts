import type { CheckoutActivities } from '../../activities/index.ts';
import { defineCalls } from '../kit/calls.ts';
import { untilDone } from '../kit/retry-policies.ts';

const call = { startToCloseTimeout: '15s', heartbeatTimeout: '5s', retry: untilDone } as const;

/** Every call of a reconciliation. */
export const calls = defineCalls<CheckoutActivities>()({
  reconcilePage: { summary: "compare a page of the provider's list", ...call },
  findUnseen: { summary: "find payments that the provider's list did not have", ...call },
})();
