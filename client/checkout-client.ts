import { isDeepStrictEqual } from 'node:util';
import { type Client, WithStartWorkflowOperation, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import type { CheckoutId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import { contentHash } from '../platform/content-hash.ts';
import type { ListedCheckout } from '../workflows/checkout/columns.ts';
import {
  type CardChange,
  type CheckoutAnswer,
  type CheckoutInput,
  type CheckoutRequest,
  type CheckoutResult,
  type CheckoutState,
  type CheckoutStatus,
  cardChangeSchema,
  checkoutRequestSchema,
} from '../workflows/checkout/contract.ts';
import { checkoutProcess } from '../workflows/checkout/definition.ts';
import { answerUpdate, changePaymentMethodUpdate, checkoutWorkflow } from '../workflows/checkout/messages.ts';
import type { CheckoutMemory } from '../workflows/checkout/recall.ts';
import { type Review, reviewSchema } from '../workflows/kit/card-payment/contract.ts';
import { decideReviewUpdate } from '../workflows/kit/card-payment/messages.ts';
import type { Decision } from '../workflows/kit/contract.ts';
import { answers, checkoutConflict, recallSameCheckout } from './checkout-memory.ts';
import { checkoutStart } from './checkout-start.ts';
import { ProcessClient } from './process-client.ts';
import type { ProcessRow } from './process-list.ts';
import { startedContentHash } from './started-content.ts';
import { isWorkflowNotReady, translateTemporalError } from './temporal-failures.ts';
import { hasEndedMeanwhile, wasCancelled } from './workflow-ends.ts';
import { recallIfPossible } from './workflow-start.ts';

/** The server notices after ten seconds that a worker was lost with a workflow task; another one takes the update, once. */
const untilReady = retry(handleWhen(isWorkflowNotReady), {
  maxAttempts: 10,
  backoff: new ExponentialBackoff({ initialDelay: 200, maxDelay: 5_000 }),
});

type Checkout = (request: CheckoutRequest) => Promise<CheckoutResult>;

/** One row of the list of checkouts. */
export interface CheckoutRow extends ProcessRow<CheckoutState>, ListedCheckout {
  readonly checkoutId: string;
}

/** Starts checkouts, follows them and decides about them. Every method throws `ServiceFailure` for expected failures. */
export class CheckoutClient extends ProcessClient<
  CheckoutId,
  CheckoutStatus,
  CheckoutResult,
  { readonly orders: CheckoutMemory },
  CheckoutRow
> {
  readonly #memory: CheckoutMemory | undefined;

  /**
   * @param memory the orders, which are asked before anything is started: they know checkouts that Temporal has forgotten.
   * Without it the workflow asks them
   */
  constructor(temporal: Client, memory?: CheckoutMemory) {
    super(temporal, checkoutProcess, memory && { orders: memory });
    this.#memory = memory;
  }

  /**
   * Starts a checkout and waits for its early return, in one round trip. The same request again is the same checkout, and
   * gets the same answer, also after the end; where it waited for people, the answer that holds now.
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

  /**
   * Pays with another card, after a decline, and waits for the answer.
   *
   * @throws {ServiceFailure} `InvalidRequest`; `NotFound`; `InvalidState` while no card is asked for
   */
  async changePaymentMethod(checkoutId: string, change: CardChange): Promise<CheckoutAnswer> {
    const args: [CardChange] = [parse(cardChangeSchema, change)];
    return this.ask(checkoutId, (handle) => handle.executeUpdate(changePaymentMethodUpdate, { args }));
  }

  /**
   * Decides about a payment that is held for review.
   *
   * @throws {ServiceFailure} `InvalidRequest`; `NotFound`; `InvalidState` while none is in review, or after a decision
   */
  async decideReview(checkoutId: string, review: Review): Promise<Decision> {
    const args: [Review] = [parse(reviewSchema, review)];
    return this.ask(checkoutId, (handle) => handle.executeUpdate(decideReviewUpdate, { args }));
  }

  async #startOrFind(request: CheckoutRequest): Promise<CheckoutAnswer> {
    const { checkoutId } = request;
    const options = { ...checkoutStart(request), workflowIdConflictPolicy: 'USE_EXISTING' } as const;
    try {
      return await untilReady.execute(() => {
        const startWorkflowOperation = new WithStartWorkflowOperation<Checkout>(checkoutWorkflow, options);
        const update = { startWorkflowOperation, updateId: checkoutId };
        return this.temporal.workflow.executeUpdateWithStart(answerUpdate, update);
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
      return await this.handleOf(checkoutId).executeUpdate(answerUpdate);
    } catch (error) {
      if (hasEndedMeanwhile(error)) return this.#answerOfEnded(checkoutId);
      throw translateTemporalError(error);
    }
  }

  #isRunning(checkoutId: string): Promise<boolean> {
    return this.ask(checkoutId, async (handle) => !(await handle.describe()).closeTime);
  }

  async #answerOfEnded(checkoutId: string): Promise<CheckoutAnswer> {
    const hash = await this.ask(checkoutId, async (handle) =>
      startedContentHash(this.temporal, handle.workflowId, (await handle.describe()).memo),
    );
    return answerOf(await this.waitForResult(checkoutId), hash);
  }
}

/** The answer to a placement after the end. */
function answerOf({ checkoutId, orderId, outcome, amounts, reason }: CheckoutResult, contentHash: string) {
  return { checkoutId, orderId, answer: answers[outcome], amounts, reason, contentHash };
}
