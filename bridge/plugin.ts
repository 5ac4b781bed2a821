import { IllegalStateError } from '@temporalio/common';
import { SimplePlugin } from '@temporalio/plugin';
import type { Worker } from '@temporalio/worker';
import { BrokerConnection, connectToBroker } from '../messaging/connection/connection.ts';
import { type QueueDepths, showUnrouted } from '../messaging/connection/queue-depths.ts';
import type { EventContracts } from '../messaging/envelope/contracts.ts';
import { Publisher } from '../messaging/publishing/publisher.ts';
import type { Topology } from '../messaging/topology/topology.ts';
import { ConfigurationError } from '../platform/configuration.ts';
import { createLogger, type Logger } from '../platform/logging.ts';
import { createBridgeActivities } from './activities.ts';

export interface BridgePluginOptions {
  /** `amqp://user:password@host:port/vhost`, or `amqps`; errors call it AMQP_URL. */
  readonly url: string;
  /** Every event that workflows record as a milestone. */
  readonly contracts: EventContracts;
  /** The exchanges and queues; `describeTopology` makes it. */
  readonly topology: Topology;
  /** Whether it declares the topology whenever it connects; else another program does it first. @default true */
  readonly declares?: boolean;
  /** Names the connection in the broker's management pages. @default 'bridge' */
  readonly name?: string;
  /**
   * Whether the worker ends when only people can help. One that publishes locally first does without: its publications fail at
   * once then, and the worker of the regular activity says what is wrong.
   * @default true
   */
  readonly required?: boolean;
  /** Logs the state of the connection; by default on standard error. */
  readonly logger?: Logger;
}

/**
 * Lets a worker publish the milestones of workflows as confirmed events on RabbitMQ: brings the activity that the
 * workflows' `Milestones` call, and closes the connection when the worker has finished what it had. The worker may be that
 * of the workflows, or one of its own on the task queue that they name.
 *
 * `worker.run()` rejects with a `BrokerConfigurationError` or a `TopologyMismatchError` when it turns out later that only
 * people can help, after it has finished what it had.
 */
export class BridgePlugin extends SimplePlugin {
  readonly #connection: BrokerConnection;
  readonly #publisher: Publisher;
  readonly #unrouted: QueueDepths | undefined;
  #worker: Worker | undefined;
  #fatal: Error | undefined;

  /**
   * Opens the connection; returns after the first try, also when the broker is down. What is wrong is told here, before
   * there is a worker that holds on to Temporal's connection.
   *
   * @throws {BrokerConfigurationError} when the URL is wrong, or the login, the virtual host or a permission is refused;
   * one line with the remedy
   * @throws {TopologyMismatchError} when the broker has a queue with other arguments
   */
  static async connect(options: BridgePluginOptions): Promise<BridgePlugin> {
    const {
      url,
      contracts,
      topology,
      declares,
      name = 'bridge',
      required = true,
      logger = createLogger(name),
    } = options;
    if (!required) {
      const broker = { url, name, logger, topology, declares };
      const connection = await connectToBroker(broker).catch((error: unknown) => {
        if (!(error instanceof ConfigurationError)) throw error;
        logger.error({ reason: error.message }, 'this worker does not publish; the worker of the bridge does');
        return new BrokerConnection(broker);
      });
      return new BridgePlugin(connection, contracts);
    }
    const onFatal = (error: Error) => plugin.#fail(error);
    const connection = await connectToBroker({ url, name, logger, topology, declares, onFatal });
    const plugin = new BridgePlugin(connection, contracts, showUnrouted(connection));
    return plugin;
  }

  private constructor(connection: BrokerConnection, contracts: EventContracts, unrouted?: QueueDepths) {
    const publisher = new Publisher(connection);
    super({ name: 'BridgePlugin', activities: createBridgeActivities({ contracts, publisher }) });
    this.#connection = connection;
    this.#publisher = publisher;
    this.#unrouted = unrouted;
  }

  /** @throws {IllegalStateError} when it has run a worker before: each has a plugin of its own */
  override async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    if (this.#worker) throw new IllegalStateError('another worker ran with this BridgePlugin: make one for each');
    if (this.#fatal) throw this.#fatal;
    this.#worker = worker;
    try {
      await next(worker);
    } finally {
      await this.close();
    }
    if (this.#fatal) throw this.#fatal;
  }

  /** Closes the connection, once everything in flight is confirmed; only needed where no worker has run with the plugin. */
  async close(): Promise<void> {
    await this.#publisher.close();
    await this.#unrouted?.stop();
    await this.#connection.close();
  }

  #fail(error: Error): void {
    this.#fatal = error;
    if (this.#worker?.getState() === 'RUNNING') this.#worker.shutdown();
  }
}
