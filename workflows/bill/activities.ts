import type { BillActivities } from '../../activities/bills.ts';
import { defineCalls } from '../kit/calls.ts';
import { untilDone } from '../kit/retry-policies.ts';

const completion = {
  startToCloseTimeout: '15s',
  heartbeatTimeout: '5s',
  total: 10 * 60_000,
  retry: untilDone,
} as const;

/** Every call of a bill to the services. */
export const openCalls = defineCalls<BillActivities>()({
  enterBill: { summary: 'enter the bill', ...completion, locally: 'first' },
  matchBill: { summary: 'compare the bill with its order', ...completion, locally: 'first' },
  // A regular one: other updates come in meanwhile.
  findDecider: { summary: 'look a person up', ...completion, total: 60_000 },

  // The pivot.
  acceptBill: { summary: 'accept the bill', ...completion, locally: 'first' },
  recordBillPayment: { summary: 'record a payment', ...completion },

  // The way back.
  rejectBill: { summary: 'reject the bill', ...completion },
});
