import type { BackOfficeActivities } from '../../activities/back-office.ts';
import { defineCalls } from '../kit/calls.ts';
import { untilDone } from '../kit/retry-policies.ts';

/** Ten seconds a call at most, and three more tries after 2, 4 and 8 seconds. */
const validation = {
  startToCloseTimeout: '10s',
  heartbeatTimeout: '5s',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumAttempts: 4 },
} as const;
const completion = {
  startToCloseTimeout: '15s',
  heartbeatTimeout: '5s',
  total: 10 * 60_000,
  retry: untilDone,
} as const;

/** Every call of an invoice to the services. */
export const openCalls = defineCalls<BackOfficeActivities>()({
  recallInvoice: { summary: 'recall whether the invoice was issued', ...completion },
  validateCustomer: { summary: 'validate the customer', activity: 'findCustomer', ...validation },

  // The pivot.
  issueInvoice: { summary: 'issue the invoice', ...completion },
});
