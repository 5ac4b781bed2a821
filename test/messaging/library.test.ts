import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { parcelEvents } from '../../examples/parcel-tracking/events.ts';
import {
  BrokerConfigurationError,
  BrokerUnavailableError,
  ConfigurationError,
  connectPublisher,
  createEvent,
  describeTopology,
  type Envelope,
  type EventPublisher,
  eventDecoder,
  InvalidEventError,
  listenTo,
  type RunningProgram,
  startConsumers,
  startOutboxRelay,
  TopologyMismatchError,
  UnroutableMessageError,
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

/** Lets the broker have another queue than the topology describes. */
async function changeQueue(): Promise<void> {
  const [queue] = parcels.topology.queues;
  await parcels.channel.deleteQueue(queue?.work ?? '');
  await parcels.channel.assertQueue(queue?.work ?? '', { arguments: { 'x-queue-type': 'quorum' } });
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
    await changeQueue();

    parcels.gate.cut();

    await expect(finished).rejects.toThrow(TopologyMismatchError);
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

describe('an outbox without a consumer', () => {
  test('is published while its program serves', async () => {
    const parcelId = newParcel();
    const relay = await startOutboxRelay({ ...broker(), database: parcels.database, emits: parcelEvents });
    running.add(relay);

    await parcels.database.transaction().execute((transaction) => parcels.append(transaction, scanned(parcelId)));

    const [queue] = parcels.topology.queues;
    const message = await takeFrom(parcels.channel, queue?.work ?? '');
    expect(message.properties.messageId).toBe(scanned(parcelId).id);
  });
});

describe('a publisher of another project', () => {
  const event = { name: 'ParcelScanned', origin: 'depot/7', sequence: 1, subject: 'p-7' } as const;

  test('makes the same event again, with an id of origin, sequence and type', () => {
    const [first, again] = [scanned('p-7'), scanned('p-7')];

    expect(again.id).toBe(first.id);
    expect(first).toMatchObject({ correlationId: 'p-7', causationId: 'depot/p-7', type: 'tracking.parcel.scanned.v1' });
    expect(scanned('p-8').id).not.toBe(first.id);
  });

  test.each([
    ['data', { data: { parcelId: 'p-7' } }, 'place', /^ParcelScanned does not meet its contract: place: /],
    ['subject', { subject: '' }, 'subject', /^ParcelScanned cannot be read by its consumers: subject: /],
    ['sequence', { sequence: 0 }, 'sequence', /cannot be read by its consumers: sequence: /],
    ['time', { time: 'today' }, 'time', /cannot be read by its consumers: time: a time is ISO 8601/],
  ])('refuses an event with a wrong %s, and names the field', (_, wrong, field, message) => {
    const make = () =>
      createEvent(parcelEvents, { ...event, data: { parcelId: 'p-7', place: 'Oslo' }, ...(wrong as object) });

    expect(make).toThrow(InvalidEventError);
    expect(make).toThrow(expect.objectContaining({ field, message: expect.stringMatching(message) }));
  });

  test('fails at once while the broker is away, and goes on when it is back', async () => {
    parcels.gate.shut();
    const late = await connectPublisher(broker());
    await expect(late.publish([scanned('p-7')])).rejects.toThrow(BrokerUnavailableError);

    parcels.gate.open();

    await eventually(() =>
      late.publish([scanned('p-7')]).then(
        () => true,
        () => false,
      ),
    );
    await late.close();
  });

  test('fails with what only people can help with, once that has turned out', async () => {
    const other = await connectPublisher(broker());
    await changeQueue();

    parcels.gate.cut();

    const failure = await eventually(() =>
      other.publish([scanned('p-7')]).then(
        () => undefined,
        (error: unknown) => (error instanceof BrokerUnavailableError ? undefined : error),
      ),
    );
    expect(failure).toBeInstanceOf(TopologyMismatchError);
    await other.close();
  });

  test('is refused a command that no queue takes', async () => {
    const contracts = { ...parcelEvents, ParcelScanned: { ...parcelEvents.ParcelScanned, kind: 'command' } } as const;
    const topology = describeTopology({ system: 'parcels', contracts, subscriptions: [], prefix: 'test-nobody.' });
    const commanding = await connectPublisher({ ...broker(), topology });

    await expect(commanding.publish([scanned('p-7')])).rejects.toThrow(UnroutableMessageError);

    await commanding.close();
    await parcels.remove(topology);
  });

  test('is refused a wrong login', async () => {
    const url = Object.assign(new URL(amqpUrl()), { password: 'wrong' }).href;

    await expect(connectPublisher({ ...broker(), url })).rejects.toThrow(BrokerConfigurationError);
  });
});
