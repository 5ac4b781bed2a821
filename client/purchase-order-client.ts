import type { Client } from '@temporalio/client';
import type { PurchaseOrderId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import { contentHash } from '../platform/content-hash.ts';
import { type ApprovalStatus, type ApprovalVote, approvalVoteSchema } from '../workflows/kit/approvals-contract.ts';
import {
  type Amendment,
  amendmentSchema,
  type PurchaseOrderInput,
  type PurchaseOrderRequest,
  type PurchaseOrderResult,
  type PurchaseOrderStatus,
  purchaseOrderRequestSchema,
} from '../workflows/purchase-order/contract.ts';
import { purchaseOrderProcess } from '../workflows/purchase-order/definition.ts';
import {
  amendUpdate,
  purchaseOrderWorkflow,
  purchaseOrderWorkflowId,
  withdrawUpdate,
} from '../workflows/purchase-order/messages.ts';
import type { PurchaseOrderMemory } from '../workflows/purchase-order/recall.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { ApprovedProcessClient } from './approved-process-client.ts';
import { contentConflict } from './content-conflict.ts';
import { type SingleStart, startOnce } from './workflow-start.ts';

/** Has purchase orders approved, and follows that. Every method throws `ServiceFailure` for expected failures. */
export class PurchaseOrderClient extends ApprovedProcessClient<
  PurchaseOrderId,
  PurchaseOrderStatus,
  PurchaseOrderResult,
  { readonly purchasing: PurchaseOrderMemory }
> {
  /** @param purchasing knows the orders that Temporal has forgotten */
  constructor(temporal: Client, purchasing: PurchaseOrderMemory) {
    super(temporal, purchaseOrderProcess, { purchasing });
  }

  /**
   * Submits an order. The same request again is the same order, also after its end; one that has failed is submitted again.
   *
   * @throws {ServiceFailure} `InvalidRequest` naming the field; `IdempotencyConflict` when the id was used for another one
   */
  async submit(input: PurchaseOrderInput): Promise<PurchaseOrderId> {
    const request = parse(purchaseOrderRequestSchema, input);
    const { poId } = request;
    const start: SingleStart<[PurchaseOrderRequest]> = {
      workflowId: purchaseOrderWorkflowId(poId),
      taskQueue: taskQueues.backOffice,
      args: [request],
      staticSummary: `order of ${request.lines.length} lines from the vendor ${request.vendorId}`,
      memo: { contentHash: contentHash(request) },
      failedBeginsAgain: true,
    };
    const conflict = () => contentConflict(`the order ${poId} was submitted`, 'poId');
    await startOnce(this.temporal, purchaseOrderWorkflow, start, conflict);
    return poId;
  }

  /**
   * Puts other lines in the place of a version.
   *
   * @returns whose approvals the next version takes
   * @throws {ServiceFailure} `ApprovalOutdated`; `BudgetExceeded`; `InvalidState` once it is decided; `NotFound`
   */
  async amend(id: string, amendment: Amendment): Promise<ApprovalStatus> {
    const args: [Amendment] = [parse(amendmentSchema, amendment)];
    return this.ask(id, (handle) => handle.executeUpdate(amendUpdate, { args }));
  }

  /** Withdraws it, as one of its authors. @throws {ServiceFailure} as {@link amend} does; `Forbidden` for others */
  async withdraw(id: string, vote: ApprovalVote): Promise<PurchaseOrderResult> {
    const args: [ApprovalVote] = [parse(approvalVoteSchema, vote)];
    return this.ask(id, (handle) => handle.executeUpdate(withdrawUpdate, { args }));
  }
}
