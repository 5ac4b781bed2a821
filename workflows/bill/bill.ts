import { underItsOwnId } from '../kit/own-id.ts';
import { runProcess } from '../kit/run-process.ts';
import { untilAccepted } from './acceptance.ts';
import type { BillRequest, BillResult } from './contract.ts';
import { billWorkflowId } from './messages.ts';
import { openBill } from './open-bill.ts';

/**
 * Has the bill of a vendor accepted and paid: enters it, compares it with its order and what has come, waits for a delivery or a
 * manager where it differs, and follows its payments until nothing is open. Accepting is the pivot: from then on it is owed, and
 * purchasing tells the books in the same transaction.
 *
 * @returns how it ended
 * @throws {ApplicationFailure} when it failed for a reason that a person has to fix; its details hold the `BillResult`
 * @throws {CancelledFailure} when the workflow itself was cancelled before it was accepted
 */
export async function bill(request: BillRequest): Promise<BillResult> {
  return underItsOwnId(billWorkflowId, 'billId', request, run);
}

async function run(given: BillRequest): Promise<BillResult> {
  const open = openBill(Object(given) as BillRequest);
  return runProcess({
    ending: open.ending,
    // What purchasing refuses to accept is compared again, and may wait again: that can still be undone.
    prepare: () => untilAccepted(open),
    pivot: async () => open.variance.close(),
    carryThrough: () => open.payments.untilPaid(),
  });
}
