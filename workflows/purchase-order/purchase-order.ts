import { underItsOwnId } from '../kit/own-id.ts';
import { runProcess } from '../kit/run-process.ts';
import { approveOrder, prepareOrder } from './approval.ts';
import type { PurchaseOrderRequest, PurchaseOrderResult } from './contract.ts';
import { purchaseOrderWorkflowId } from './messages.ts';
import { openPurchaseOrder } from './open-purchase-order.ts';

/**
 * Has a purchase order approved: submits it, reserves its budget, and waits for the people whom its total takes, version after
 * version. Approving is the pivot: purchasing checks the approvals again, and tells the books in the same transaction. It ends
 * with the decision; what becomes of an approved order is purchasing's.
 *
 * @returns how it ended
 * @throws {ApplicationFailure} when it failed for a reason that a person has to fix; its details hold the `PurchaseOrderResult`
 * @throws {CancelledFailure} when the workflow itself was cancelled before it was approved
 */
export async function purchaseOrder(request: PurchaseOrderRequest): Promise<PurchaseOrderResult> {
  return underItsOwnId(purchaseOrderWorkflowId, 'poId', request, run);
}

async function run(given: PurchaseOrderRequest): Promise<PurchaseOrderResult> {
  const open = openPurchaseOrder(Object(given) as PurchaseOrderRequest);
  return runProcess({
    ending: open.ending,
    prepare: () => prepareOrder(open),
    pivot: (approved) => approveOrder(open, approved),
    // The books and the requester are told in the transaction of the pivot.
    carryThrough: async () => undefined,
  });
}
