import { CancellationScope, condition, setHandler, workflowInfo } from '@temporalio/workflow';
import { paymentMethodForm, paymentMethodRule } from '../../contracts/payment-method.ts';
import { Cancellation } from '../kit/cancellation.ts';
import type { Reason, Waiting } from '../kit/contract.ts';
import { failure } from '../kit/failure.ts';
import { outcomeOf } from '../kit/outcome.ts';
import type { Progress } from '../kit/progress.ts';
import type { OrderFacts } from '../order-facts.ts';
import type { CardChange, CheckoutAnswer, CheckoutResult, CheckoutState, CheckoutStatus } from './contract.ts';
import { answerUpdate, cancelUpdate, changePaymentMethodUpdate, statusQuery } from './messages.ts';
import { afterThePivot, cancelledByCustomer } from './reasons.ts';

/** What a checkout is told, and what it says to those who ask, for as long as it runs. */
export class Conversation {
  readonly #ids: Pick<CheckoutStatus, 'checkoutId' | 'orderId'>;
  readonly #progress: Progress<CheckoutState, OrderFacts>;
  readonly #cancellation = new Cancellation<CheckoutResult>();
  #given: CheckoutAnswer | undefined;
  #asksForCard = false;
  #card: string | undefined;
  #requestHash = String(workflowInfo().memo?.['contentHash'] ?? '');

  constructor(ids: Pick<CheckoutStatus, 'checkoutId' | 'orderId'>, progress: Progress<CheckoutState, OrderFacts>) {
    this.#ids = ids;
    this.#progress = progress;
    setHandler(statusQuery, () => ({ ...ids, ...progress.status() }), { description: 'Where the checkout stands' });
    setHandler(answerUpdate, () => this.#nextAnswer(), {
      description: 'Waits until the checkout is accepted or refused, or waits for people',
    });
    setHandler(cancelUpdate, () => this.#cancellation.cancel(), {
      description: 'Cancels the checkout, until the payment is being captured; answers when everything is undone',
      validator: () => this.#refuseCancellation(),
    });
    setHandler(changePaymentMethodUpdate, (change) => this.#takeCard(change), {
      description: 'Pays with another card, after a decline',
      validator: (change) => this.#refuseCard(change),
    });
  }

  /** The hash of the request that the checkout runs with: tells a repetition from a conflict. */
  get requestHash(): string {
    return this.#requestHash;
  }

  /** Takes the hash of the request, which the starter may have left out. */
  identify(requestHash: string): void {
    this.#requestHash = requestHash;
  }

  /** Runs what the customer may cancel. */
  whileCancellable<Result>(run: () => Promise<Result>): Promise<Result> {
    return this.#cancellation.run(run);
  }

  get isCancelled(): boolean {
    return this.#cancellation.isWanted;
  }

  /** Gives the early return, once and for all. `accepted` closes the cancellation. */
  answer(answer: 'accepted' | 'refused' | 'cancelled', reason?: Reason): void {
    this.#give(answer, { reason });
  }

  /** Answers that the checkout waits, unless it was accepted before; what it waited for is no answer any more after that. */
  async answerWhile<Result>(
    answer: 'needs-action' | 'pending',
    more: { readonly reason?: Reason | undefined; readonly waitingFor: Waiting },
    run: () => Promise<Result>,
  ): Promise<Result> {
    if (this.#given?.answer === 'accepted') return run();
    this.#give(answer, more);
    try {
      return await run();
    } finally {
      this.#given = undefined;
    }
  }

  #give(answer: CheckoutAnswer['answer'], more: Pick<CheckoutAnswer, 'reason' | 'waitingFor'>): void {
    const contentHash = this.#requestHash;
    this.#given = { ...this.#ids, answer, amounts: this.#progress.facts.amounts, ...more, contentHash };
  }

  /** The end, for those who wait for it. */
  conclude(result: CheckoutResult): void {
    this.#cancellation.conclude(result);
  }

  /** Waits for another card; `undefined` when none came in time. */
  async anotherCard(milliseconds: number): Promise<string | undefined> {
    if (milliseconds <= 0) return undefined;
    this.#asksForCard = true;
    this.#card = undefined;
    try {
      await condition(() => this.#card !== undefined, milliseconds, { summary: 'another card' });
      return this.#card;
    } finally {
      this.#asksForCard = false;
    }
  }

  async #nextAnswer(): Promise<CheckoutAnswer> {
    // Who waits for an answer gets it also when the workflow itself is cancelled meanwhile.
    await CancellationScope.nonCancellable(() => condition(() => this.#given !== undefined));
    return this.#given as CheckoutAnswer;
  }

  #refuseCancellation(): void {
    const { checkoutId } = this.#ids;
    if (this.#given?.answer === 'accepted') {
      throw failure(
        'InvalidState',
        `the payment of ${checkoutId} is taken: it cannot be cancelled any more; ${afterThePivot(this.#ids.orderId)}`,
      );
    }
    const { reason } = this.#progress;
    if (reason && outcomeOf(reason, cancelledByCustomer) !== 'cancelled') {
      throw failure('InvalidState', `${checkoutId} was refused already: there is nothing to cancel`);
    }
  }

  #takeCard({ paymentMethod }: CardChange): Promise<CheckoutAnswer> {
    this.#card = paymentMethod;
    this.#given = undefined;
    return this.#nextAnswer();
  }

  #refuseCard({ paymentMethod }: CardChange): void {
    if (!paymentMethodForm.test(String(paymentMethod))) {
      throw failure('InvalidRequest', `paymentMethod: ${paymentMethodRule}`, { field: 'paymentMethod' });
    }
    if (!this.#asksForCard || this.#card !== undefined || this.isCancelled) {
      throw failure(
        'InvalidState',
        `${this.#ids.checkoutId} asks for no other card now; its status says what it waits for`,
      );
    }
  }
}
