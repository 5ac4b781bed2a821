import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionInfo,
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TypedSearchAttributes } from '@temporalio/common';
import { z } from 'zod';
import type { Currency } from '../contracts/currency.ts';
import { isFailureType, ServiceFailure } from '../contracts/failures.ts';
import { checkoutIdSchema } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import { contentHash } from '../platform/content-hash.ts';
import {
  type CheckoutAnswer,
  type CheckoutInput,
  type CheckoutRequest,
  type CheckoutResult,
  type CheckoutState,
  type CheckoutStatus,
  checkoutRequestSchema,
} from '../workflows/checkout/contract.ts';
import {
  answerUpdate,
  cancelUpdate,
  checkoutWorkflow,
  checkoutWorkflowId,
  statusQuery,
} from '../workflows/checkout/messages.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { translateTemporalError } from './temporal-failures.ts';

/** What a method is given: a malformed id is refused by the name of its field. */
const named = z.object({ checkoutId: checkoutIdSchema });

type Checkout = (request: CheckoutRequest) => Promise<CheckoutResult>;

/** One row of the list of checkouts. */
export interface CheckoutSummary {
  readonly checkoutId: string;
  readonly customerId: string | undefined;
  readonly state: CheckoutState | undefined;
  /** Minor units of the currency. */
  readonly total: number | undefined;
  readonly currency: Currency | undefined;
  readonly needsOperator: boolean;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
}

/** Starts checkouts and asks after them. Every method throws `ServiceFailure` for what goes wrong as expected. */
export class CheckoutClient {
  readonly #temporal: Client;

  constructor(temporal: Client) {
    this.#temporal = temporal;
  }

  /**
   * Starts a checkout and waits for its early answer, in one round trip. The same request again gets the same answer,
   * also after the end.
   *
   * @throws {ServiceFailure} `InvalidRequest` naming the field; `IdempotencyConflict` when the id was used for another one
   */
  async startCheckout(input: CheckoutInput): Promise<CheckoutAnswer> {
    const request = parse(checkoutRequestSchema, input);
    const hash = contentHash(request);
    const answer = await this.#startOrFind(request, hash);
    if (answer.contentHash === hash) return answer;
    throw new ServiceFailure(
      'IdempotencyConflict',
      `the checkout ${request.checkoutId} was placed before with other content; choose a new checkoutId`,
      { field: 'checkoutId' },
    );
  }

  /** @throws {ServiceFailure} `NotFound` */
  async status(checkoutId: string): Promise<CheckoutStatus> {
    return this.#ask(checkoutId, (handle) => handle.query(statusQuery));
  }

  /**
   * Cancels a checkout and waits until everything is undone.
   *
   * @throws {ServiceFailure} `NotFound`; `InvalidState` once the payment is being captured or the checkout has ended
   */
  async cancel(checkoutId: string): Promise<CheckoutResult> {
    return this.#ask(checkoutId, (handle) => handle.executeUpdate(cancelUpdate));
  }

  /** Waits for the end of a checkout. @throws {ServiceFailure} `NotFound` */
  async waitForResult(checkoutId: string): Promise<CheckoutResult> {
    return this.#ask(checkoutId, async (handle) => {
      try {
        return await handle.result();
      } catch (error) {
        const result = error instanceof WorkflowFailedError ? resultOf(error.cause) : undefined;
        if (result) return result;
        throw error;
      }
    });
  }

  /** The checkouts, newest first. */
  async list(filter: { readonly state?: CheckoutState; readonly limit?: number } = {}): Promise<CheckoutSummary[]> {
    const conditions = [
      `WorkflowType = '${checkoutWorkflow}'`,
      ...(filter.state ? [`${searchAttributes.checkoutStatus.name} = '${filter.state}'`] : []),
    ];
    const rows: CheckoutSummary[] = [];
    try {
      for await (const execution of this.#temporal.workflow.list({ query: conditions.join(' AND ') })) {
        rows.push(summaryOf(execution));
        if (rows.length >= (filter.limit ?? 100)) break;
      }
    } catch (error) {
      throw translateTemporalError(error);
    }
    return rows;
  }

  async #startOrFind(request: CheckoutRequest, hash: string): Promise<CheckoutAnswer> {
    const { checkoutId, customerId, lines } = request;
    const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    const startWorkflowOperation = new WithStartWorkflowOperation<Checkout>(checkoutWorkflow, {
      workflowId: checkoutWorkflowId(checkoutId),
      taskQueue: taskQueues.checkout,
      args: [request],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: `${pieces} ${pieces === 1 ? 'item' : 'items'} in ${request.currency}, customer ${customerId}`,
      memo: { contentHash: hash, currency: request.currency },
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.checkoutStatus, value: 'running' },
        { key: searchAttributes.customerId, value: customerId },
        { key: searchAttributes.orderId, value: checkoutId },
      ]),
    });
    try {
      return await this.#temporal.workflow.executeUpdateWithStart(answerUpdate, {
        startWorkflowOperation,
        updateId: checkoutId,
      });
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return this.#answerOfEnded(checkoutId);
      throw translateTemporalError(error);
    }
  }

  async #answerOfEnded(checkoutId: string): Promise<CheckoutAnswer> {
    const { memo } = await this.#handle(checkoutId).describe();
    const { orderId, outcome, amounts, reason } = await this.waitForResult(checkoutId);
    const answer = { completed: 'accepted', refused: 'refused', failed: 'refused', cancelled: 'cancelled' } as const;
    return {
      checkoutId: parse(checkoutIdSchema, checkoutId),
      orderId,
      answer: answer[outcome],
      amounts,
      reason,
      contentHash: String(memo?.['contentHash']),
    };
  }

  #handle(checkoutId: string): WorkflowHandle<Checkout> {
    return this.#temporal.workflow.getHandle<Checkout>(checkoutWorkflowId(parse(named, { checkoutId }).checkoutId));
  }

  async #ask<Result>(checkoutId: string, ask: (handle: WorkflowHandle<Checkout>) => Promise<Result>): Promise<Result> {
    try {
      return await ask(this.#handle(checkoutId));
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
        const { type, message } = error.cause;
        if (isFailureType(type)) throw new ServiceFailure(type, message);
      }
      if (error instanceof WorkflowNotFoundError) throw await this.#notFound(checkoutId, error);
      throw translateTemporalError(error);
    }
  }

  /** Temporal says «not found» to an update of a workflow that has ended, too. */
  async #notFound(checkoutId: string, cause: WorkflowNotFoundError): Promise<ServiceFailure> {
    try {
      const { status } = await this.#handle(checkoutId).describe();
      // The checkout was started between the question and this look at it.
      if (status.name === 'RUNNING')
        return new ServiceFailure('Unavailable', `the checkout ${checkoutId} has just begun; ask again`);
      return new ServiceFailure('InvalidState', `the checkout ${checkoutId} has ended (${status.name.toLowerCase()})`);
    } catch {
      return new ServiceFailure('NotFound', `there is no checkout ${checkoutId}`, { field: 'checkoutId' }, { cause });
    }
  }
}

function summaryOf({
  workflowId,
  typedSearchAttributes: attributes,
  memo,
  startTime,
}: WorkflowExecutionInfo): CheckoutSummary {
  return {
    checkoutId: workflowId.slice(checkoutWorkflowId('').length),
    customerId: attributes.get(searchAttributes.customerId),
    state: attributes.get(searchAttributes.checkoutStatus) as CheckoutState | undefined,
    total: attributes.get(searchAttributes.orderTotal),
    currency: memo?.['currency'] as Currency | undefined,
    needsOperator: attributes.get(searchAttributes.needsOperator) ?? false,
    startedAt: startTime.toISOString(),
  };
}

function resultOf(cause: unknown): CheckoutResult | undefined {
  if (!(cause instanceof ApplicationFailure || cause instanceof CancelledFailure)) return undefined;
  return cause.details?.[0] as CheckoutResult | undefined;
}
