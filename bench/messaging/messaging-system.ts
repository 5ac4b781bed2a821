import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import amqp, { type ConfirmChannel } from 'amqplib';
import type { Kysely } from 'kysely';
import { standardTopology } from '../../events/standard-topology.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { connectToBroker } from '../../messaging/connection/connection.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import { declarationsOf } from '../../messaging/topology/declarations.ts';
import { queueOf, type Topology } from '../../messaging/topology/topology.ts';
import { noMetrics } from '../../ops/system/metrics-addresses.ts';
import { processOf } from '../../ops/system/role-process.ts';
import { RoleRunner } from '../../ops/system/role-runner.ts';
import { programEnvironment } from '../../parts/environment.ts';
import { type Parts, startParts } from '../../parts/index.ts';
import type { Report } from '../../parts/report.ts';
import { Supervisor } from '../../parts/supervisor.ts';
import { openDatabase } from '../../platform/database.ts';
import { createLogger } from '../../platform/logging.ts';
import type { LedgerTables } from '../../services/ledger/store.ts';
import { readUsages, type Usages } from '../processes.ts';
import { publishingTopology } from './publishing.ts';

const consumerName = 'ledger-consumer';

/** RabbitMQ and PostgreSQL in a temporary directory, the ledger's consumer as the process that it is, and clients. */
export interface MessagingSystem {
  readonly databaseUrl: string;
  /** The ledger's own tables. */
  readonly database: Kysely<LedgerTables>;
  /** Raw amqplib. */
  readonly channel: ConfirmChannel;
  /** The bridge's, for {@link publishingTopology}. */
  readonly publisher: Publisher;
  /** The bridge's, for the system's own topology, whose only consumer is the ledger. */
  readonly ledgerPublisher: Publisher;
  /** Keeps the consumer from working while its queue is filled, and lets it go on, warm as it is. */
  freezeConsumer(): void;
  resumeConsumer(): void;
  usages(): Usages;
  stop(): Promise<void>;
}

/** Ends the process with 2 where the environment names parts: it would unbind their queues, and post to their books. */
export function requireNothingOutside(): void {
  const named = ['AMQP_URL', 'DATABASE_URL'].filter((name) => process.env[name]);
  if (named.length === 0) return;
  process.stderr.write(
    `${named.join(' and ')} must not be set: this bench unbinds queues and posts to the ledger, so it uses parts of its own\n`,
  );
  process.exit(2);
}

export async function startMessagingSystem(report: Report): Promise<MessagingSystem> {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'durable-checkout-bench-'));
  const parts = await startParts({
    dataDirectory,
    report,
    temporary: true,
    names: ['rabbitmq', 'postgres'],
    // When a journal was committed is what the end-to-end times are measured by.
    postgresSettings: { parameters: { track_commit_timestamp: 'on' } },
  });
  const supervisor = new Supervisor(path.join(dataDirectory, 'processes'));
  const opened: (() => Promise<unknown>)[] = [() => supervisor.dismiss()];
  const stop = async () => {
    for (const close of opened.toReversed()) await close();
    await parts.stop();
  };
  try {
    const database = openDatabase<LedgerTables>({ url: parts.postgres.url, schema: 'ledger', connections: 1 });
    opened.push(() => database.destroy());
    const model = await amqp.connect(parts.rabbitmq.url, { noDelay: true });
    opened.push(() => model.close());
    const channel = await model.createConfirmChannel();
    const openPublisher = async (topology: Topology) => {
      const { publisher, close } = await openBridge(parts.rabbitmq.url, topology);
      opened.push(close);
      return publisher;
    };
    const publisher = await openPublisher(publishingTopology);
    const ledgerPublisher = await openPublisher(standardTopology);
    await unbindQueuesWithoutConsumer(channel);
    // It works on a topology that is there, and declares none.
    const consumer = createConsumer(parts, supervisor, report);
    opened.push(() => {
      // One that is frozen hears no signal to stop.
      consumer.kill('SIGCONT');
      return consumer.stop();
    });
    await consumer.start();
    return {
      databaseUrl: parts.postgres.url,
      database,
      channel,
      publisher,
      ledgerPublisher,
      freezeConsumer: () => consumer.kill('SIGSTOP'),
      resumeConsumer: () => consumer.kill('SIGCONT'),
      usages: () => readUsages(new Map([[consumer.processId ?? -1, consumerName]]), 'bench'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function createConsumer(parts: Parts, supervisor: Supervisor, report: Report): RoleRunner {
  const addresses = { DATABASE_URL: parts.postgres.url, AMQP_URL: parts.rabbitmq.url };
  return new RoleRunner(
    processOf(consumerName),
    supervisor,
    programEnvironment({ ...addresses, ...noMetrics, LOG_LEVEL: 'warn' }),
    report,
  );
}

async function openBridge(url: string, topology: Topology) {
  const logger = createLogger('bench');
  logger.level = 'warn';
  const connection = await connectToBroker({ url, name: 'bench', logger, topology });
  const publisher = new Publisher(connection);
  await publisher.ready;
  return {
    publisher,
    async close() {
      await publisher.close();
      await connection.close();
    },
  };
}

/** Without a consumer they would grow, and cost the broker work that is not measured; a consumer expects them to be there. */
async function unbindQueuesWithoutConsumer(channel: ConfirmChannel): Promise<void> {
  const { work: kept } = queueOf(standardTopology, subscriptions.ledger);
  const { events, commands } = standardTopology.exchanges;
  for (const { queue, exchange, routingKey } of declarationsOf(standardTopology).bindings) {
    if (queue !== kept && [events, commands].includes(exchange)) await channel.unbindQueue(queue, exchange, routingKey);
  }
}
