import { CancellationScope } from '@temporalio/workflow';
import { type Attention, untilDone } from './until-done.ts';

export interface Undo {
  /** What it does, for people: `release the stock`. */
  readonly name: string;
  /** Idempotent; tells whether there was anything to undo. */
  readonly run: () => Promise<boolean>;
}

/**
 * The steps of a process that have to be undone when it cannot go on.
 *
 * Register an undo *before* the call that it undoes: a call that timed out may have happened.
 */
export class Saga {
  readonly #undos: Undo[] = [];

  register(undo: Undo): void {
    this.#undos.push(undo);
  }

  /**
   * Undoes everything in reverse order, shielded from cancellation, and never gives one up.
   *
   * @param onUndone told the name of each undo that had something to undo
   */
  async compensate(onUndone: (name: string) => void, attention?: Attention): Promise<void> {
    await CancellationScope.nonCancellable(async () => {
      for (let undo = this.#undos.pop(); undo; undo = this.#undos.pop()) {
        if (await untilDone(undo.name, undo.run, attention)) onUndone(undo.name);
      }
    });
  }
}
