import { CancelledFailure, condition, setHandler } from '@temporalio/workflow';
import { Cancellation } from '../kit/cancellation.ts';
import type { DecidedBy, Decision } from '../kit/contract.ts';
import { decisionOf } from '../kit/decision.ts';
import { failure, requireDecision } from '../kit/failure.ts';
import type { Progress } from '../kit/progress.ts';
import type { InvoicingCounts, InvoicingId, InvoicingResult, InvoicingState } from './contract.ts';
import { cancelInvoicingUpdate, continueUpdate, invoicingStatusQuery, pauseUpdate } from './messages.ts';
import { invoicingCancelled } from './reasons.ts';

/** What the invoicing of a month is told, and what it says to those who ask, for as long as it runs. */
export class Conversation {
  readonly #progress: Progress<InvoicingState, InvoicingCounts>;
  readonly #cancellation = new Cancellation<InvoicingResult>();
  #isPaused = false;
  #isClosing = false;

  constructor(invoicingId: InvoicingId, progress: Progress<InvoicingState, InvoicingCounts>) {
    this.#progress = progress;
    setHandler(invoicingStatusQuery, () => ({ invoicingId, ...progress.status() }), {
      description: 'Where the invoicing of the month stands',
    });
    setHandler(pauseUpdate, (decided) => this.#decide('pause', decided), {
      description: 'Issues nothing more after the batch that is in progress, until it is continued',
      validator: (decided) => this.#validate('pause', decided, !this.#isPaused, 'it is paused already'),
    });
    setHandler(continueUpdate, (decided) => this.#decide('continue', decided), {
      description: 'Goes on after a pause',
      validator: (decided) => this.#validate('continue', decided, this.#isPaused, 'it is not paused'),
    });
    setHandler(cancelInvoicingUpdate, () => this.#cancellation.cancel(), {
      description: 'Ends it after the batch that is in progress; what is issued stays',
      validator: () => this.#refuseWhenOver(),
    });
  }

  /** Runs what people may cancel. */
  whileCancellable<Result>(run: () => Promise<Result>): Promise<Result> {
    return this.#cancellation.run(run);
  }

  /**
   * Comes back when the next batch may be issued.
   *
   * @throws {CancelledFailure} when there is to be none
   */
  async untilNextBatch(): Promise<void> {
    if (this.#isPaused) {
      const waiting = { who: 'operator', message: 'continue the invoicing (update `continue`), or cancel it' };
      await this.#progress.wait('paused', waiting, () => condition(() => !this.#isPaused));
    }
    if (this.#cancellation.isWanted) throw new CancelledFailure(invoicingCancelled.message);
  }

  /** Every resident is looked at: from now on it is not cancelled any more. */
  close(): void {
    this.#isClosing = true;
  }

  /** The end, for those who wait for it. */
  conclude(result: InvoicingResult): void {
    this.#isClosing = true;
    this.#cancellation.conclude(result);
  }

  #decide(decision: 'pause' | 'continue', decidedBy: DecidedBy): Decision {
    this.#isPaused = decision === 'pause';
    const decided = decisionOf('invoicing', { ...decidedBy, decision });
    this.#progress.recordDecision(decided);
    return decided;
  }

  #validate(decision: string, decided: DecidedBy, isPossible: boolean, message: string): void {
    requireDecision({ ...decided, decision }, [decision]);
    this.#refuseWhenOver();
    if (!isPossible) throw failure('InvalidState', message);
  }

  #refuseWhenOver(): void {
    if (this.#isClosing) throw failure('InvalidState', 'every resident was looked at: there is nothing left to issue');
    if (this.#cancellation.isWanted) throw failure('InvalidState', 'it was cancelled already');
  }
}
