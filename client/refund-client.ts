import type { Client, WorkflowHandle } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { z } from 'zod';
import { type OrderId, type RefundId, refundIdSchema } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import { contentHash } from '../platform/content-hash.ts';
import { type Decision, type Resolution, resolutionSchema } from '../workflows/kit/contract.ts';
import { resolveUpdate } from '../workflows/kit/messages.ts';
import {
  type RefundInput,
  type RefundRequest,
  type RefundResult,
  type RefundStatus,
  refundRequestSchema,
} from '../workflows/refund/contract.ts';
import { refundStatusQuery, refundWorkflow, refundWorkflowId } from '../workflows/refund/messages.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import {
  hasSameRefundEnded,
  type OrderMemory,
  recallIfPossible,
  recallRefundResult,
  refundConflict,
} from './order-memory.ts';
import { listRefunds, type RefundFilter, type RefundSummary } from './refund-list.ts';
import { askWorkflow, orRemembered, requireNotCutOff, type Subject } from './workflow-ends.ts';
import { type SingleStart, startOnce } from './workflow-start.ts';
import { resultOf, statusOf } from './workflow-status.ts';

const named = z.object({ refundId: refundIdSchema });

type Refund = (request: RefundRequest) => Promise<RefundResult>;

/** Starts refunds and asks after them. Every method throws `ServiceFailure` for what goes wrong as expected. */
export class RefundClient {
  readonly #temporal: Client;
  readonly #memory: OrderMemory | undefined;

  /** @param memory the orders, which know refunds that Temporal has forgotten; without it the workflow asks them */
  constructor(temporal: Client, memory?: OrderMemory) {
    this.#temporal = temporal;
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
      memo: { contentHash: contentHash(request) },
      typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttributes.orderId, value: orderId }]),
    };
    await startOnce(this.#temporal, refundWorkflow, start, () => refundConflict(refundId));
  }

  /**
   * Makes sure that Temporal has not cut the refund off.
   *
   * @throws {ServiceFailure} `NotFound`; `InvalidState` when it was terminated or has timed out
   */
  async requireNotCutOff(refundId: string): Promise<void> {
    await this.#ask(refundId, (handle) => requireNotCutOff(handle, subjectOf(refundId)));
  }

  /**
   * Waits for the end of a refund; one that Temporal has forgotten is told by its order.
   *
   * @throws {ServiceFailure} `NotFound`; `InvalidState` when Temporal has cut it off
   */
  async waitForResult(refundId: string): Promise<RefundResult> {
    const memory = this.#memory;
    const { refundId: id } = parse(named, { refundId });
    return orRemembered(
      () =>
        this.#ask(refundId, (handle) =>
          resultOf<RefundResult>(handle, subjectOf(refundId), () => this.#statusOf(handle, refundId)),
        ),
      memory && (() => recallRefundResult(memory, id)),
    );
  }

  /** The refunds, newest first: all, of one order, in one state, or those that an operator has to look after. */
  async list(filter: RefundFilter = {}): Promise<RefundSummary[]> {
    return listRefunds(this.#temporal, filter);
  }

  /** Where it stands, also after Temporal has ended it. @throws {ServiceFailure} `NotFound` */
  async status(refundId: string): Promise<RefundStatus> {
    return this.#ask(refundId, (handle) => this.#statusOf(handle, refundId));
  }

  /**
   * Decides, as an operator, about a call that keeps failing.
   *
   * @throws {ServiceFailure} `InvalidRequest`, also when `what` is needed to tell which call; `NotFound`; `InvalidState`
   * while nothing needs an operator, after a decision, or where nobody can do the call by hand
   */
  async resolve(refundId: string, resolution: Resolution): Promise<Decision> {
    const args: [Resolution] = [parse(resolutionSchema, resolution)];
    return this.#ask(refundId, (handle) => handle.executeUpdate(resolveUpdate, { args }));
  }

  #ask<Result>(refundId: string, ask: (handle: WorkflowHandle<Refund>) => Promise<Result>): Promise<Result> {
    const workflowId = refundWorkflowId(parse(named, { refundId }).refundId);
    const handle = this.#temporal.workflow.getHandle<Refund>(workflowId);
    return askWorkflow(handle, subjectOf(refundId), ({ outcome }: RefundResult) => outcome, ask);
  }

  #statusOf(handle: WorkflowHandle<Refund>, refundId: string): Promise<RefundStatus> {
    return statusOf<RefundStatus>(this.#temporal, handle, {
      query: refundStatusQuery,
      subject: subjectOf(refundId),
      idsOf: ({ typedSearchAttributes: attributes }) => ({
        refundId: refundId as RefundId,
        orderId: (attributes.get(searchAttributes.orderId) ?? '') as OrderId,
      }),
    });
  }
}

const subjectOf = (id: string): Subject => ({ kind: 'refund', id });
