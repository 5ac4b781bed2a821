import type { BackOfficeActivities } from '../../activities/back-office.ts';
import { defineCalls } from '../kit/calls.ts';
import { untilDone } from '../kit/retry-policies.ts';

const call = {
  startToCloseTimeout: '15s',
  heartbeatTimeout: '5s',
  total: 10 * 60_000,
  retry: untilDone,
} as const;

/** Every call of monthly invoicing. */
export const openCalls = defineCalls<BackOfficeActivities>()({
  openInvoicingRun: { summary: 'open the run', ...call },
  // A hundred residents are read, and their invoices issued.
  issueInvoicingPage: { summary: 'issue a page of invoices', ...call, startToCloseTimeout: '60s' },
  closeInvoicingRun: { summary: 'close the run', ...call },
  findInvoicingPeriod: { summary: 'find the month in the time zone of the community', ...call },
});
