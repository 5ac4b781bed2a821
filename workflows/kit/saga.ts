import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { Operator } from './operator.ts';
import { isOutcomeUnknown, reasonOf } from './reason.ts';

export interface Undo {
  /** What it does, for people: `release the stock`. */
  readonly name: string;
  /** Which one it is, where several have the same name. */
  readonly of?: string;
  /** Idempotent; tells whether there was anything to undo. */
  readonly run: () => Promise<boolean>;
  /** Told when something was undone, by the call or by an operator's hand. */
  readonly undone?: () => void;
  /**
   * It is what a later run of the same process sees of this one's end: it comes before all others, so that no run goes on with
   * what is being undone.
   */
  readonly decides?: true;
}

/**
 * The steps of a process that have to be undone when it cannot go on.
 *
 * Register an undo *before* the call that it undoes: a call that timed out may have happened.
 */
export class Saga {
  readonly #operator: Operator;
  readonly #undos: Undo[] = [];
  readonly #refused = new Set<Undo>();
  readonly #onUndone: (name: string) => void;

  /** @param onUndone told the name of each undo that had something to undo */
  constructor(operator: Operator, onUndone: (name: string) => void) {
    this.#operator = operator;
    this.#onUndone = onUndone;
  }

  /** @returns the undo of the same step that was registered before, for what an earlier run has begun; or this one */
  register(undo: Undo): Undo {
    const known = this.#undos.find(({ name, of }) => name === undo.name && of === undo.of);
    if (!known) this.#undos.push(undo);
    return known ?? undo;
  }

  /**
   * Registers an undo, then makes the call that it undoes; one that was refused for good has left nothing behind. What an
   * id with other content stands for belongs to another process: it is not undone here.
   */
  async attempt<Result>(step: Undo, call: () => Promise<Result>): Promise<Result> {
    const undo = this.register(step);
    try {
      return await call();
    } catch (error) {
      if (reasonOf(error).type === 'IdempotencyConflict') this.#undos.splice(this.#undos.indexOf(undo), 1);
      else if (!isCancellation(error) && !isOutcomeUnknown(error)) this.#refused.add(undo);
      throw error;
    }
  }

  /** Makes what is about to be undone known where the process is remembered, shielded from cancellation. */
  async decide(): Promise<void> {
    for (const undo of this.#undos.filter(({ decides }) => decides)) await this.#compensate(undo);
  }

  /** Undoes everything else in reverse order, shielded from cancellation, and never gives one up. */
  async compensate(): Promise<void> {
    for (let undo = this.#undos.at(-1); undo; undo = this.#undos.at(-1)) await this.#compensate(undo);
  }

  /** Undoes one step of a process that goes on without it. */
  async undo(undo: Undo): Promise<void> {
    await this.#run(undo);
  }

  async #compensate(undo: Undo): Promise<void> {
    if (await this.#run(undo)) this.#onUndone(undo.name);
  }

  async #run(undo: Undo): Promise<boolean> {
    const found = await CancellationScope.nonCancellable(() => this.#operator.untilResolved(undo.name, undo.run));
    // What an operator has resolved manually was there to be undone, unless its call was refused.
    const wasThere = found ?? !this.#refused.has(undo);
    this.#undos.splice(this.#undos.indexOf(undo), 1);
    if (wasThere) undo.undone?.();
    return wasThere;
  }
}
