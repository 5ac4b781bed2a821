import { createLogger, type Logger } from '../platform/logging.ts';
import { type BrokerConnection, connectToBroker } from './connection/connection.ts';
import { Publisher } from './publishing/publisher.ts';
import type { Topology } from './topology/topology.ts';

/** What every program that uses the broker says. */
export interface BrokerProgramOptions {
  /** `amqp://user:password@host:port/vhost`, or `amqps`; errors call it AMQP_URL. */
  readonly url: string;
  /** The exchanges and queues; `describeTopology` makes it. */
  readonly topology: Topology;
  /**
   * Whether it declares the topology whenever it connects. With `false` another program does it first, and this one needs no
   * permission to: it waits for what is missing as for a broker that is away.
   * @default true
   */
  readonly declares?: boolean;
  /** Names the program in its log and in the broker's management pages; by default what it does. */
  readonly name?: string;
  /** A pino logger; by default on standard error. */
  readonly logger?: Logger;
}

/** The connection of one program and a publisher on it. */
export interface Broker {
  readonly connection: BrokerConnection;
  readonly publisher: Publisher;
  readonly logger: Logger;
  /**
   * Rejects with a `BrokerConfigurationError` or a `TopologyMismatchError` when, after the first connection, only people can
   * help; else it stays as it is.
   */
  readonly failed: Promise<never>;
  /** Awaits what is in flight, then closes both. */
  close(): Promise<void>;
}

/**
 * Opens the connection of a program. Returns after the first try, also when the broker is down.
 *
 * @throws {BrokerConfigurationError} when the URL is wrong, or the login, the virtual host or a permission is refused
 * @throws {TopologyMismatchError} when the broker has a queue with other arguments
 */
export async function openBroker(name: string, options: BrokerProgramOptions): Promise<Broker> {
  const { url, topology, declares, logger = createLogger(name) } = options;
  const { promise: failed, reject } = Promise.withResolvers<never>();
  // Programs that need it await it themselves; a publisher alone does not.
  failed.catch(() => undefined);
  const connection = await connectToBroker({ url, name, topology, declares, logger, onFatal: reject });
  const publisher = new Publisher(connection);
  return {
    connection,
    publisher,
    logger,
    failed,
    async close() {
      await publisher.close();
      await connection.close();
    },
  };
}

/** Something that works until it is stopped. */
export interface RunningProgram {
  /** Where the broker is, without login. */
  readonly address: string;
  /**
   * Resolves when it was stopped. Rejects with a `BrokerConfigurationError` or a `TopologyMismatchError` when it turns out
   * later that only people can help; a program that does not await it ends with that error, as by any unhandled rejection.
   */
  readonly finished: Promise<void>;
  /** Finishes what is in flight, then lets go of the broker. The database stays open: it is the caller's. */
  stop(): Promise<void>;
}

/** @param stop is called once, however often the program is stopped */
export function runUntilStopped({ connection, failed }: Broker, stop: () => Promise<void>): RunningProgram {
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  let stopping: Promise<void> | undefined;
  return {
    address: connection.address,
    finished: Promise.race([failed, stopped]),
    stop() {
      stopping ??= stop().finally(resolve);
      return stopping;
    },
  };
}
