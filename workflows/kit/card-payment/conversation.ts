import { condition, setHandler } from '@temporalio/workflow';
import type { Decision } from '../contract.ts';
import { decisionOf } from '../decision.ts';
import { failure, requireDecision } from '../failure.ts';
import type { Progress } from '../progress.ts';
import type { Review } from './contract.ts';
import { decideReviewUpdate, paymentChangedSignal } from './messages.ts';

/** What a process is told about its card payment: by the provider's webhooks, and by a reviewer. */
export class CardPaymentConversation {
  readonly #id: string;
  readonly #progress: Pick<Progress<string, object>, 'state' | 'recordDecision'>;
  #review: Decision | undefined;
  #paymentChanged = false;

  /** @param id the id of the process, for people */
  constructor(id: string, progress: Pick<Progress<string, object>, 'state' | 'recordDecision'>) {
    this.#id = id;
    this.#progress = progress;
    setHandler(decideReviewUpdate, (review) => this.#takeReview(review), {
      description: "A reviewer's decision about a held payment",
      validator: (review) => this.#refuseReview(review),
    });
    setHandler(
      paymentChangedSignal,
      () => {
        this.#paymentChanged = true;
      },
      { description: 'The provider says that a payment has changed' },
    );
  }

  /** Waits until the provider says that the payment has changed, or a reviewer has decided. */
  async somethingNew(milliseconds: number, summary: string): Promise<void> {
    await condition(() => this.#paymentChanged || this.#review !== undefined, milliseconds, { summary });
    this.acknowledgeChange();
  }

  /** Whether the provider has said that a payment changed, since the last look at it. */
  get paymentHasChanged(): boolean {
    return this.#paymentChanged;
  }

  acknowledgeChange(): void {
    this.#paymentChanged = false;
  }

  /** What the reviewer has decided, once for the process. */
  get review(): Decision | undefined {
    return this.#review;
  }

  #takeReview(review: Review): Decision {
    this.#review = decisionOf('review the payment', review);
    this.#progress.recordDecision(this.#review);
    return this.#review;
  }

  #refuseReview(review: Review): void {
    requireDecision(review, ['approve', 'refuse']);
    if (this.#review) {
      const { by, decision } = this.#review;
      throw failure('InvalidState', `${by} has decided about the payment already: ${decision}`);
    }
    if (this.#progress.state !== 'in-review') {
      throw failure('InvalidState', `no payment of ${this.#id} is in review now: there is nothing to decide`);
    }
  }
}
