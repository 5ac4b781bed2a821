/**
 * A consumer that is killed with the first event that it handles, before the commit of its effect or right after it
 * (`DIE`: `before commit`, `after commit`); a process of its own, for tests.
 */
import { sql } from 'kysely';
import { defineConsumer } from '../../events/consumers.ts';
import { connectToBroker } from '../../messaging/connection/connection.ts';
import { Consumer } from '../../messaging/consuming/consumer.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import type { Topology } from '../../messaging/topology/topology.ts';
import { openDatabase } from '../../platform/database.ts';
import { createLogger } from '../../platform/logging.ts';

const { AMQP_URL = '', DATABASE_URL = '', DIE, SCHEMA = '', TOPOLOGY = '' } = process.env;
const topology: Topology = JSON.parse(TOPOLOGY);
const [queue] = topology.queues;
if (!queue) throw new Error('the topology has no queue');

const die = () => process.kill(process.pid, 'SIGKILL');
const logger = createLogger('dying-consumer');
const connection = await connectToBroker({ url: AMQP_URL, name: 'dying-consumer', logger, topology });
const consumer = new Consumer({
  connection,
  publisher: new Publisher(connection),
  definition: defineConsumer<Record<never, never>>()({
    ...queue.subscription,
    events: ['PaymentProcessed'],
    handlers: {
      PaymentProcessed: async (event, transaction) => {
        await sql`insert into effects values (${event.subject})`.execute(transaction);
        if (DIE === 'before commit') die();
      },
    },
  }),
  database: openDatabase<Record<never, never>>({ url: DATABASE_URL, schema: SCHEMA }),
  logger,
  // Called after the commit and before the acknowledgement.
  afterCommit: () => die(),
});
await consumer.ready;
