import type { BackOfficeActivities } from '../../activities/back-office.ts';
import { defineCalls } from '../kit/calls.ts';
import { untilDone } from '../kit/retry-policies.ts';

const call = { startToCloseTimeout: '15s', heartbeatTimeout: '5s', retry: untilDone } as const;

/** Every call of a check. */
export const calls = defineCalls<BackOfficeActivities>()({
  compareUsers: { summary: 'compare the accounts with a copy of them', ...call },
  republishUsers: { summary: 'publish accounts again', ...call },
  dropUnknownCopies: { summary: 'remove from the copy whom nobody knows', ...call },
})();
