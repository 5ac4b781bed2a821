import type { Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { RefundId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import { contentHash } from '../platform/content-hash.ts';
import {
  contentOf,
  type RefundInput,
  type RefundRequest,
  type RefundResult,
  type RefundStatus,
  refundRequestSchema,
} from '../workflows/refund/contract.ts';
import { refundProcess } from '../workflows/refund/definition.ts';
import { refundWorkflow, refundWorkflowId } from '../workflows/refund/messages.ts';
import type { RefundMemory } from '../workflows/refund/recall.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { ProcessClient } from './process-client.ts';
import { hasSameRefundEnded, refundConflict } from './refund-memory.ts';
import { recallIfPossible, type SingleStart, startOnce } from './workflow-start.ts';

/** Starts refunds, follows them and decides about them. Every method throws `ServiceFailure` for expected failures. */
export class RefundClient extends ProcessClient<
  RefundId,
  RefundStatus,
  RefundResult,
  { readonly orders: RefundMemory }
> {
  readonly #memory: RefundMemory | undefined;

  /** @param memory the orders, which know refunds that Temporal has forgotten; without it the workflow asks them */
  constructor(temporal: Client, memory?: RefundMemory) {
    super(temporal, refundProcess, memory && { orders: memory });
    this.#memory = memory;
  }

  /**
   * Starts a refund. The same request again is the same refund, also after its end.
   *
   * @throws {ServiceFailure} `InvalidRequest` naming the field; `IdempotencyConflict` when the id was used for another one
   */
  async startRefund(input: RefundInput): Promise<void> {
    const request = parse(refundRequestSchema, input);
    const { refundId, orderId } = request;
    const memory = this.#memory;
    if (memory && (await recallIfPossible(() => hasSameRefundEnded(memory, request)))) return;
    const start: SingleStart<[RefundRequest]> = {
      workflowId: refundWorkflowId(refundId),
      taskQueue: taskQueues.checkout,
      args: [request],
      staticSummary: `refund of ${request.lines ? `${request.lines.length} lines of ` : ''}the order ${orderId}`,
      memo: { contentHash: contentHash(contentOf(request)) },
      typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttributes.orderId, value: orderId }]),
    };
    await startOnce(this.temporal, refundWorkflow, start, () => refundConflict(refundId));
  }
}
