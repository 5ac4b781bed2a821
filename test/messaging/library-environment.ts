import { randomUUID } from 'node:crypto';
import amqp, { type Channel } from 'amqplib';
import { type Kysely, sql, type Transaction } from 'kysely';
import { parcelEvents } from '../../examples/parcel-tracking/events.ts';
import {
  appendToOutbox,
  type ConsumerDefinition,
  consumersOf,
  createConsumerTables,
  createEvent,
  describeTopology,
  type Envelope,
  openDatabase,
  type Topology,
} from '../../messaging/index.ts';
import { amqpUrl, databaseUrl, removeTopology } from './environment.ts';
import { type Gate, openGate } from './gate.ts';

export interface ParcelTables {
  stops: { parcelId: string; place: string };
}

type Stop = (parcelId: string, transaction: Transaction<ParcelTables>) => Promise<void>;

const page = { name: 'page', queue: 'page.events.v1', events: ['ParcelScanned'] } as const;

/** The exchanges, queues and tables of another project, and nothing of the shop. */
export interface LibraryTest {
  readonly topology: Topology;
  readonly channel: Channel;
  /** The way to the broker. */
  readonly gate: Gate;
  readonly database: Kysely<ParcelTables>;
  /** A consumer whose effect is a row and, in the outbox, the delivery of the parcel; `before` runs ahead of it and may throw. */
  definition(before?: Stop): ConsumerDefinition<ParcelTables>;
  append(transaction: Transaction<ParcelTables>, event: Envelope): Promise<void>;
  /** Lets the broker have another queue than the topology describes, which takes the same events. */
  changeQueue(): Promise<void>;
  /** The ids of the parcels of all effects, in alphabetical order. */
  stops(): Promise<string[]>;
  remove(topology: Topology): Promise<void>;
  close(): Promise<void>;
}

export const scanned = (parcelId: string, place = 'Oslo') =>
  createEvent(parcelEvents, {
    name: 'ParcelScanned',
    origin: `depot/${parcelId}`,
    sequence: 1,
    subject: parcelId,
    data: { parcelId, place },
  });

export const newParcel = () => `p-${randomUUID()}`;

export async function openLibraryTest(): Promise<LibraryTest> {
  const name = randomUUID().slice(0, 8);
  const topology = describeTopology({
    system: 'parcels',
    contracts: parcelEvents,
    prefix: `test-${name}.`,
    subscriptions: [page],
    retryTiers: [{ label: '20ms', milliseconds: 20 }],
  });
  const gate = await openGate(amqpUrl());
  const model = await amqp.connect(amqpUrl());
  const channel = await model.createChannel();
  const schema = `test_${name}`;
  const database = openDatabase<ParcelTables>({ url: databaseUrl(), schema });
  await createConsumerTables(database, { outbox: true });
  await sql`create table stops ("parcelId" text not null, place text not null)`.execute(database);
  const { defineConsumer } = consumersOf(parcelEvents);
  return {
    topology,
    channel,
    gate,
    database,
    definition: (before) =>
      defineConsumer<ParcelTables>()({
        ...page,
        handlers: {
          async ParcelScanned({ id, data, subject }, transaction) {
            await before?.(data.parcelId, transaction);
            await transaction.insertInto('stops').values(data).execute();
            const delivered = createEvent(parcelEvents, {
              name: 'ParcelDelivered',
              origin: id,
              sequence: 1,
              subject,
              data: { ...data, signedBy: 'Ada' },
            });
            await appendToOutbox(topology.system, transaction, delivered);
          },
        },
      }),
    async stops() {
      const rows = await database.selectFrom('stops').select('parcelId').orderBy('parcelId').execute();
      return rows.map(({ parcelId }) => parcelId);
    },
    async changeQueue() {
      for (const { work, routingKeys } of topology.queues) {
        await channel.deleteQueue(work);
        await channel.assertQueue(work, { arguments: { 'x-queue-type': 'quorum' } });
        for (const key of routingKeys) await channel.bindQueue(work, topology.exchanges.events, key);
      }
    },
    append: (transaction, event) => appendToOutbox(topology.system, transaction, event),
    remove: (other) => removeTopology(channel, other),
    async close() {
      await removeTopology(channel, topology);
      await model.close();
      await gate.close();
      await sql`drop schema ${sql.id(schema)} cascade`.execute(database);
      await database.destroy();
    },
  };
}
