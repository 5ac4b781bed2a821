import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { parcelEvents } from '../../examples/parcel-tracking/events.ts';
import {
  ConfigurationError,
  connectPublisher,
  describeTopology,
  type Envelope,
  type EventPublisher,
  eventDecoder,
  listenTo,
  migrateQueues,
  type RunningProgram,
  startConsumers,
  TopologyMismatchError,
} from '../../messaging/index.ts';
import { amqpUrl, eventually, quiet, takeFrom } from './environment.ts';
import { type LibraryTest, newParcel, openLibraryTest, scanned } from './library-environment.ts';

let parcels: LibraryTest;
let publisher: EventPublisher;
const running = new Set<RunningProgram>();

beforeEach(async () => {
  parcels = await openLibraryTest();
  publisher = await connectPublisher({ url: amqpUrl(), topology: parcels.topology, logger: quiet });
});

afterEach(async () => {
  for (const program of running) await program.stop();
  running.clear();
  await publisher.close();
  await parcels.close();
});

const broker = () => ({ url: parcels.gate.url, topology: parcels.topology, logger: quiet });

async function start(definition = parcels.definition()): Promise<RunningProgram> {
  const { database } = parcels;
  const program = await startConsumers({ ...broker(), database, definitions: [definition], emits: parcelEvents });
  running.add(program);
  return program;
}

describe('consumers of another project', () => {
  test('handle an event once, however often it is published, and relay what the effect emits', async () => {
    const heard: Envelope[] = [];
    const listener = await listenTo(amqpUrl(), {
      decode: eventDecoder(parcelEvents),
      topology: parcels.topology,
      logger: quiet,
      onEvent: (event) => heard.push(event),
    });
    const [first, second] = [newParcel(), newParcel()];
    await start();

    await publisher.publish([scanned(first), scanned(first)]);
    await publisher.publish([scanned(first), scanned(second)]);

    await eventually(async () => heard.filter(({ name }) => name === 'ParcelDelivered').length === 2);
    expect(await parcels.stops()).toEqual([first, second].sort());
    await listener.close();
  });

  test('retry an event whose effect fails, and park it in the end with the reason', async () => {
    const [good, bad] = [newParcel(), newParcel()];
    let tries = 0;
    await start(
      parcels.definition(async (parcelId) => {
        if (parcelId !== bad) return;
        tries += 1;
        throw new RangeError('there is no such place');
      }),
    );

    await publisher.publish([scanned(bad), scanned(good)]);

    const dead = await takeFrom(parcels.channel, parcels.topology.queues[0]?.dead ?? '');
    expect(dead.properties.headers).toMatchObject({
      'x-dead-reason': 'retries-exhausted',
      'x-attempt': 1,
      'x-error-type': 'RangeError',
      'x-error-message': 'there is no such place',
    });
    expect(JSON.parse(dead.content.toString())).toMatchObject({ subject: bad });
    expect(await parcels.stops()).toEqual([good]);
    // With another event in its transaction it fails once more, and is then tried alone.
    expect(tries).toBeGreaterThanOrEqual(2);
  });

  test('are there without a broker, and begin when it comes', async () => {
    const parcelId = newParcel();
    await publisher.publish([scanned(parcelId)]);
    parcels.gate.shut();
    await start();

    parcels.gate.open();

    await eventually(async () => (await parcels.stops()).length === 1);
  });

  test('finish what is in flight when they are stopped, however often that is asked', async () => {
    const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const program = await start(
      parcels.definition(() => {
        begun.resolve();
        return mayEnd.promise;
      }),
    );
    await publisher.publish([scanned(newParcel())]);
    await begun.promise;

    const stopped = Promise.all([program.stop(), program.stop()]);
    mayEnd.resolve();
    await stopped;

    await expect(program.finished).resolves.toBeUndefined();
    expect(await parcels.stops()).toHaveLength(1);
    await eventually(async () => parcels.gate.connections === 0);
  });

  test('end with what only people can help with, also when it turns out later', async () => {
    const { finished } = await start();
    await parcels.changeQueue();

    parcels.gate.cut();

    await expect(finished).rejects.toThrow(TopologyMismatchError);
  });

  test('begin after a migration where the broker has another queue, with what was in it', async () => {
    await parcels.changeQueue();
    await publisher.publish([scanned(newParcel())]);
    const refused = await start().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TopologyMismatchError);
    expect((refused as Error).message).toContain('migrateQueues');

    await migrateQueues(broker());
    await start();

    await eventually(async () => (await parcels.stops()).length === 1);
  });

  test('are refused without their tables, with the remedy, before anything is connected', async () => {
    await sql`drop table outbox`.execute(parcels.database);

    const refused = await start().catch((error: unknown) => error);

    expect(refused).toBeInstanceOf(ConfigurationError);
    expect((refused as Error).message).toContain('createConsumerTables(database, { outbox: true })');
    expect(parcels.gate.connections).toBe(0);
  });

  test('are refused when the topology has no queue for them', async () => {
    const topology = describeTopology({ system: 'parcels', contracts: parcelEvents, subscriptions: [] });
    const { database, definition } = parcels;
    const started = startConsumers({ ...broker(), topology, database, definitions: [definition()] });

    await expect(started).rejects.toThrow('the topology has no queue page.events.v1; add it to the subscriptions');
  });
});
