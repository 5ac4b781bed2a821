import { underItsOwnId } from '../kit/own-id.ts';
import { runProcess } from '../kit/run-process.ts';
import { prepareContent } from './content.ts';
import type { PayrollRequest, PayrollResult } from './contract.ts';
import { payrollWorkflowId } from './messages.ts';
import { openPayroll } from './open-payroll.ts';
import { carryThrough, post } from './settle.ts';

/**
 * Pays the salaries of a group for a month: calculates them, has two people approve what is frozen under its hash, posts it,
 * tells the employees, and pays on the pay day. Posting is the pivot. The payroll service keeps who earns what; the history
 * holds cursors, counts, totals and hashes, and is sealed with keys of its own.
 *
 * @returns how it ended
 * @throws {ApplicationFailure} when it failed for a reason that a person has to fix; its details hold the `PayrollResult`
 * @throws {CancelledFailure} when the workflow itself was cancelled before it was posted
 */
export async function payroll(request: PayrollRequest): Promise<PayrollResult> {
  return underItsOwnId(payrollWorkflowId, 'payrollId', request, run);
}

async function run(given: PayrollRequest): Promise<PayrollResult> {
  const open = openPayroll(Object(given) as PayrollRequest);
  return runProcess({
    ending: open.ending,
    prepare: () => open.conversation.whileCancellable(() => prepareContent(open)),
    pivot: (approved) => post(open, approved),
    carryThrough: () => carryThrough(open),
  });
}
