import { CancellationScope, condition } from '@temporalio/workflow';

/** The wish that a process comes to nothing, and its end for those who wished it. */
export class Cancellation<Result> {
  readonly #scope = new CancellationScope();
  #result: Result | undefined;

  /** Runs what may be cancelled. */
  run<Output>(run: () => Promise<Output>): Promise<Output> {
    return this.#scope.run(run);
  }

  get isWanted(): boolean {
    return this.#scope.consideredCancelled;
  }

  /** Cancels what runs, and answers with the end; also when the workflow itself is cancelled meanwhile. */
  async cancel(): Promise<Result> {
    this.#scope.cancel();
    await CancellationScope.nonCancellable(() => condition(() => this.#result !== undefined));
    return this.#result as Result;
  }

  /** The end, for those who wait for it. */
  conclude(result: Result): void {
    this.#result = result;
  }
}
