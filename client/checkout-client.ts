import { isDeepStrictEqual } from 'node:util';
import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
} from '@temporalio/client';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { z } from 'zod';
import { type CheckoutId, checkoutIdSchema, type OrderId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import { contentHash } from '../platform/content-hash.ts';
import {
  type CardChange,
  type CheckoutAnswer,
  type CheckoutInput,
  type CheckoutRequest,
  type CheckoutResult,
  type CheckoutStatus,
  cardChangeSchema,
  checkoutRequestSchema,
  type Review,
  reviewSchema,
} from '../workflows/checkout/contract.ts';
import {
  answerUpdate,
  cancelUpdate,
  changePaymentMethodUpdate,
  checkoutWorkflow,
  checkoutWorkflowId,
  decideReviewUpdate,
  statusQuery,
} from '../workflows/checkout/messages.ts';
import { type Decision, type Resolution, resolutionSchema } from '../workflows/kit/contract.ts';
import { resolveUpdate } from '../workflows/kit/messages.ts';
import { type CheckoutFilter, type CheckoutSummary, listCheckouts } from './checkout-list.ts';
import { checkoutStart } from './checkout-start.ts';
import {
  answers,
  checkoutConflict,
  type OrderMemory,
  recallIfPossible,
  recallResult,
  recallSameCheckout,
} from './order-memory.ts';
import { startedContentHash } from './started-content.ts';
import { isWorkflowNotReady, translateTemporalError } from './temporal-failures.ts';
import {
  askWorkflow,
  hasEndedMeanwhile,
  orRemembered,
  requireNotCutOff,
  type Subject,
  wasCancelled,
} from './workflow-ends.ts';
import { resultOf, statusOf } from './workflow-status.ts';

/** What a method is given: a malformed id is refused by the name of its field. */
const named = z.object({ checkoutId: checkoutIdSchema });

/** The server notices after ten seconds that a worker was lost with a workflow task; another one takes the update, once. */
const untilReady = retry(handleWhen(isWorkflowNotReady), {
  maxAttempts: 10,
  backoff: new ExponentialBackoff({ initialDelay: 200, maxDelay: 5_000 }),
});

type Checkout = (request: CheckoutRequest) => Promise<CheckoutResult>;

/** Starts checkouts and queries them. Every method throws `ServiceFailure` for what goes wrong as expected. */
export class CheckoutClient {
  readonly #temporal: Client;
  readonly #memory: OrderMemory | undefined;

  /**
   * @param memory the orders, which are asked before anything is started: they know checkouts that Temporal has forgotten.
   * Without it the workflow asks them
   */
  constructor(temporal: Client, memory?: OrderMemory) {
    this.#temporal = temporal;
    this.#memory = memory;
  }

  /**
   * Starts a checkout and waits for its early answer, in one round trip. The same request again is the same checkout, and
   * gets the same answer, also after the end; where it waited for somebody, the answer that holds now.
   *
   * @throws {ServiceFailure} `InvalidRequest` naming the field; `IdempotencyConflict` when the id was used for another one
   */
  async startCheckout(input: CheckoutInput): Promise<CheckoutAnswer> {
    const request = parse(checkoutRequestSchema, input);
    const { checkoutId } = request;
    const hash = contentHash(request);
    const memory = this.#memory;
    const ended = memory && (await recallIfPossible(() => recallSameCheckout(memory, request)));
    if (ended) return answerOf(ended, hash);
    const answer = await this.#startOrFind(request);
    if (answer.contentHash !== hash || answer.reason?.type === 'IdempotencyConflict')
      throw checkoutConflict(checkoutId);
    return answer.waitingFor ? this.#renew(answer) : answer;
  }

  /** Where it stands, also after Temporal has ended it. @throws {ServiceFailure} `NotFound` */
  async status(checkoutId: string): Promise<CheckoutStatus> {
    return this.#ask(checkoutId, (handle) => this.#statusOf(handle, checkoutId));
  }

  /**
   * Makes sure that Temporal has not cut the checkout off after its early answer.
   *
   * @throws {ServiceFailure} `NotFound`; `InvalidState` when it was terminated or has timed out
   */
  async requireNotCutOff(checkoutId: string): Promise<void> {
    await this.#ask(checkoutId, (handle) => requireNotCutOff(handle, subjectOf(checkoutId)));
  }

  /**
   * Cancels a checkout and waits until everything is undone.
   *
   * @throws {ServiceFailure} `NotFound`; `InvalidState` once the payment is being captured or the checkout has ended
   */
  async cancel(checkoutId: string): Promise<CheckoutResult> {
    return this.#ask(checkoutId, (handle) => handle.executeUpdate(cancelUpdate));
  }

  /**
   * Pays with another card, after a decline, and waits for the answer.
   *
   * @throws {ServiceFailure} `InvalidRequest`; `NotFound`; `InvalidState` while no card is asked for
   */
  async changePaymentMethod(checkoutId: string, change: CardChange): Promise<CheckoutAnswer> {
    const args: [CardChange] = [parse(cardChangeSchema, change)];
    return this.#ask(checkoutId, (handle) => handle.executeUpdate(changePaymentMethodUpdate, { args }));
  }

  /**
   * Decides about a payment that is held for review.
   *
   * @throws {ServiceFailure} `InvalidRequest`; `NotFound`; `InvalidState` while none is in review, or after a decision
   */
  async decideReview(checkoutId: string, review: Review): Promise<Decision> {
    const args: [Review] = [parse(reviewSchema, review)];
    return this.#ask(checkoutId, (handle) => handle.executeUpdate(decideReviewUpdate, { args }));
  }

  /**
   * Decides, as an operator, about a call that keeps failing.
   *
   * @throws {ServiceFailure} `InvalidRequest`, also when `what` is needed to tell which call; `NotFound`; `InvalidState`
   * while nothing needs an operator, after a decision, or where nobody can do the call by hand
   */
  async resolve(checkoutId: string, resolution: Resolution): Promise<Decision> {
    const args: [Resolution] = [parse(resolutionSchema, resolution)];
    return this.#ask(checkoutId, (handle) => handle.executeUpdate(resolveUpdate, { args }));
  }

  /**
   * Waits for the end of a checkout; one that Temporal has forgotten is told by its order.
   *
   * @throws {ServiceFailure} `NotFound`; `InvalidState` when Temporal has cut it off
   */
  async waitForResult(checkoutId: string): Promise<CheckoutResult> {
    const memory = this.#memory;
    const { checkoutId: id } = parse(named, { checkoutId });
    return orRemembered(
      () =>
        this.#ask(checkoutId, (handle) =>
          resultOf<CheckoutResult>(handle, subjectOf(checkoutId), () => this.#statusOf(handle, checkoutId)),
        ),
      memory && (() => recallResult(memory, id)),
    );
  }

  /** The checkouts, newest first; of those that wait for somebody also what for, as far as a worker answers. */
  async list(filter: CheckoutFilter = {}): Promise<CheckoutSummary[]> {
    return listCheckouts(this.#temporal, filter, (workflowId) => {
      const handle = this.#temporal.workflow.getHandle<Checkout>(workflowId);
      return askWorkflow(handle, subjectOf(workflowId), endingOf, () => this.#statusOf(handle, workflowId));
    });
  }

  async #startOrFind(request: CheckoutRequest): Promise<CheckoutAnswer> {
    const { checkoutId } = request;
    const options = { ...checkoutStart(request), workflowIdConflictPolicy: 'USE_EXISTING' } as const;
    try {
      return await untilReady.execute(() => {
        const startWorkflowOperation = new WithStartWorkflowOperation<Checkout>(checkoutWorkflow, options);
        const update = { startWorkflowOperation, updateId: checkoutId };
        return this.#temporal.workflow.executeUpdateWithStart(answerUpdate, update);
      });
    } catch (error) {
      const isKnown = error instanceof WorkflowExecutionAlreadyStartedError || wasCancelled(error);
      if (!isKnown && !hasEndedMeanwhile(error)) throw translateTemporalError(error);
      // A reset carries it on in another run.
      if (!isKnown && (await this.#isRunning(checkoutId))) return this.#startOrFind(request);
      return this.#answerOfEnded(checkoutId);
    }
  }

  /** The first answer is kept for all repetitions; what a checkout waits for is not the same for ever. */
  async #renew(answer: CheckoutAnswer): Promise<CheckoutAnswer> {
    const { checkoutId } = answer;
    const { waitingFor } = await this.status(checkoutId);
    if (isDeepStrictEqual(waitingFor, answer.waitingFor)) return answer;
    try {
      return await this.#handle(checkoutId).executeUpdate(answerUpdate);
    } catch (error) {
      if (hasEndedMeanwhile(error)) return this.#answerOfEnded(checkoutId);
      throw translateTemporalError(error);
    }
  }

  #isRunning(checkoutId: string): Promise<boolean> {
    return this.#ask(checkoutId, async (handle) => !(await handle.describe()).closeTime);
  }

  async #answerOfEnded(checkoutId: string): Promise<CheckoutAnswer> {
    const hash = await this.#ask(checkoutId, async (handle) =>
      startedContentHash(this.#temporal, handle.workflowId, (await handle.describe()).memo),
    );
    return answerOf(await this.waitForResult(checkoutId), hash);
  }

  #handle(checkoutId: string): WorkflowHandle<Checkout> {
    return this.#temporal.workflow.getHandle<Checkout>(checkoutWorkflowId(parse(named, { checkoutId }).checkoutId));
  }

  #ask<Result>(checkoutId: string, ask: (handle: WorkflowHandle<Checkout>) => Promise<Result>): Promise<Result> {
    return askWorkflow(this.#handle(checkoutId), subjectOf(checkoutId), endingOf, ask);
  }

  #statusOf(handle: WorkflowHandle<Checkout>, checkoutId: string): Promise<CheckoutStatus> {
    return statusOf<CheckoutStatus>(this.#temporal, handle, {
      query: statusQuery,
      subject: subjectOf(checkoutId),
      // The ids of everything that a checkout makes come from its own.
      idsOf: () => ({ checkoutId: checkoutId as CheckoutId, orderId: checkoutId as OrderId }),
    });
  }
}

/** How whoever placed it is answered after its end. */
function answerOf({ checkoutId, orderId, outcome, amounts, reason }: CheckoutResult, contentHash: string) {
  return { checkoutId, orderId, answer: answers[outcome], amounts, reason, contentHash };
}
const subjectOf = (id: string): Subject => ({ kind: 'checkout', id });

/** How it ended, and what can be done still. */
function endingOf({ outcome, orderId, reason }: CheckoutResult): string {
  if (outcome === 'completed') return `completed; to give it back, ask for a refund of the order ${orderId}`;
  return reason ? `${outcome} (${reason.type})` : outcome;
}
