import type { BackOfficeActivities } from '../../activities/back-office.ts';
import { defineCalls } from '../kit/calls.ts';
import { beforePivot } from '../kit/retry-policies.ts';

/** Invoices of one transaction. */
const batch = 500;

const calls = defineCalls<BackOfficeActivities>()({
  remindDue: {
    summary: 'remind of invoices that are soon due',
    startToCloseTimeout: '30s',
    // The next hour takes up what this one has left.
    total: 50 * 60_000,
    retry: beforePivot,
  },
})();

/** What a sweep over the invoices has come to. */
export interface InvoiceRemindersResult {
  readonly reminded: number;
}

/** Reminds of every invoice that is soon due, batch by batch: who is reminded is decided by billing, once for each invoice. */
export async function invoiceReminders(): Promise<InvoiceRemindersResult> {
  let all = 0;
  let reminded: number;
  do {
    ({ reminded } = await calls.remindDue(batch));
    all += reminded;
  } while (reminded === batch);
  return { reminded: all };
}
