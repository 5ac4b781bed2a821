import { Connection } from '@temporalio/client';
import { InternalConnectionOptionsSymbol } from '@temporalio/client/lib/connection.js';
import { msToTs, requiredTsToMs } from '@temporalio/common/lib/time.js';

/**
 * The clock of a test server that skips time. It is one for all workflows of the server, and jumps to the next timer
 * whenever nothing holds it: an activity, a workflow task, or somebody who waits for a certain time to come.
 */
export class Clock {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Connects to the clock by itself, because the connection of the SDK's environment repeats calls that fail. The server
   * counts who holds its clock: a release that it has refused, when it is repeated, lets go of somebody else's hold.
   *
   * @param address of the server: `127.0.0.1:7233`
   */
  static async connect(address: string): Promise<Clock> {
    const internal = { [InternalConnectionOptionsSymbol]: { supportsTestService: true } };
    return new Clock(await Connection.connect({ address, interceptors: [], ...internal }));
  }

  get #service(): NonNullable<Connection['testService']> {
    if (!this.#connection.testService) throw new Error('this server does not skip time');
    return this.#connection.testService;
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

  async close(): Promise<void> {
    await this.#connection.close();
  }
}
