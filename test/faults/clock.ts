import type { Connection } from '@temporalio/client';
import { msToTs, requiredTsToMs } from '@temporalio/common/lib/time.js';

/**
 * The clock of a test server that skips time. It is one for all workflows of the server, and jumps to the next timer
 * whenever nothing holds it: an activity, a workflow task, or somebody who waits for a certain time to come.
 */
export class Clock {
  readonly #service: NonNullable<Connection['testService']>;

  constructor(connection: Connection) {
    if (!connection.testService) throw new Error('this server does not skip time');
    this.#service = connection.testService;
  }

  /** Milliseconds since 1970. */
  async now(): Promise<number> {
    const { time } = await this.#service.getCurrentTime({});
    return requiredTsToMs(time, 'time');
  }

  async hold(): Promise<void> {
    await this.#service.lockTimeSkipping({});
  }

  async release(): Promise<void> {
    await this.#service.unlockTimeSkipping({});
  }

  /** Lets time pass, for one who holds the clock before and after: an activity, or who has called `hold`. */
  async sleep(milliseconds: number): Promise<void> {
    await this.#service.unlockTimeSkippingWithSleep({ duration: msToTs(milliseconds) });
  }
}
