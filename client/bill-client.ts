import type { Client } from '@temporalio/client';
import type { BillId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import { contentHash } from '../platform/content-hash.ts';
import {
  type BillFacts,
  type BillInput,
  type BillRequest,
  type BillResult,
  type BillStatus,
  billRequestSchema,
  type Payment,
  paymentSchema,
  type Rejection,
  type VarianceVote,
} from '../workflows/bill/contract.ts';
import { billProcess } from '../workflows/bill/definition.ts';
import {
  approveVarianceUpdate,
  billWorkflow,
  billWorkflowId,
  matchAgainUpdate,
  recordPaymentUpdate,
  rejectBillUpdate,
} from '../workflows/bill/messages.ts';
import type { BillMemory } from '../workflows/bill/recall.ts';
import { approvalVoteSchema } from '../workflows/kit/approvals-contract.ts';
import { type Decision, decidedBySchema } from '../workflows/kit/contract.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { contentConflict } from './content-conflict.ts';
import { ProcessClient } from './process-client.ts';
import { type SingleStart, startOnce } from './workflow-start.ts';

/** Has bills of vendors accepted and paid, and follows that. Every method throws `ServiceFailure` for expected failures. */
export class BillClient extends ProcessClient<BillId, BillStatus, BillResult, { readonly purchasing: BillMemory }> {
  /** @param purchasing knows the bills that Temporal has forgotten */
  constructor(temporal: Client, purchasing: BillMemory) {
    super(temporal, billProcess, { purchasing });
  }

  /**
   * Enters a bill. The same request again is the same bill, also after its end.
   *
   * @throws {ServiceFailure} `InvalidRequest` naming the field; `IdempotencyConflict` when the id was used for another one
   */
  async enter(input: BillInput): Promise<BillId> {
    const request = parse(billRequestSchema, input);
    const { billId } = request;
    const start: SingleStart<[BillRequest]> = {
      workflowId: billWorkflowId(billId),
      taskQueue: taskQueues.backOffice,
      args: [request],
      staticSummary: `bill ${request.number} of the vendor ${request.vendorId}`,
      memo: { contentHash: contentHash(request) },
    };
    await startOnce(this.temporal, billWorkflow, start, () =>
      contentConflict(`the bill ${billId} was entered`, 'billId'),
    );
    return billId;
  }

  /**
   * Approves, as a manager, what a bill differs in from its order.
   *
   * @throws {ServiceFailure} `ApprovalOutdated`, `OwnApproval`, `AlreadyDecided`, `NotAnApprover`; `InvalidState` where more is billed
   * than has come, or nothing waits; `NotFound`
   */
  async approveVariance(id: string, vote: VarianceVote): Promise<Decision> {
    const args: [VarianceVote] = [parse(approvalVoteSchema, vote)];
    return this.ask(id, (handle) => handle.executeUpdate(approveVarianceUpdate, { args }));
  }

  /** Rejects it, which ends it. @throws {ServiceFailure} `NotAnApprover`; `InvalidState` once it is accepted; `NotFound` */
  async reject(id: string, rejection: Rejection): Promise<Decision> {
    const args: [Rejection] = [parse(decidedBySchema.required({ issuer: true }), rejection)];
    return this.ask(id, (handle) => handle.executeUpdate(rejectBillUpdate, { args }));
  }

  /** Compares it with its order again, at once. @throws {ServiceFailure} `InvalidState` once it is decided; `NotFound` */
  async matchAgain(id: string): Promise<BillFacts> {
    return this.ask(id, (handle) => handle.executeUpdate(matchAgainUpdate));
  }

  /**
   * Records a payment, once for each reference of the bank.
   *
   * @returns what is open after it
   * @throws {ServiceFailure} `PaymentTooLarge`; `OwnApproval` by who has entered it; `IdempotencyConflict` for a reference of another
   * amount; `InvalidState` before it is accepted, and after its end; `NotFound`
   */
  async recordPayment(id: string, payment: Payment): Promise<BillFacts> {
    const args: [Payment] = [parse(paymentSchema, payment)];
    return this.ask(id, (handle) => handle.executeUpdate(recordPaymentUpdate, { args }));
  }
}
