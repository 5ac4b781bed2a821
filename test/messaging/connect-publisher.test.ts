import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parcelEvents } from '../../examples/parcel-tracking/events.ts';
import {
  BrokerConfigurationError,
  BrokerUnavailableError,
  connectPublisher,
  createEvent,
  describeTopology,
  InvalidEventError,
  startOutboxRelay,
  TopologyMismatchError,
  UnroutableMessageError,
} from '../../messaging/index.ts';
import { amqpUrl, eventually, quiet, takeFrom } from './environment.ts';
import { type LibraryTest, newParcel, openLibraryTest, scanned } from './library-environment.ts';

let parcels: LibraryTest;

beforeEach(async () => {
  parcels = await openLibraryTest();
});

afterEach(async () => {
  await parcels.close();
});

const broker = () => ({ url: parcels.gate.url, topology: parcels.topology, logger: quiet });

describe('an outbox without a consumer', () => {
  test('is published while its program serves', async () => {
    const parcelId = newParcel();
    const relay = await startOutboxRelay({ ...broker(), database: parcels.database, emits: parcelEvents });

    await parcels.database.transaction().execute((transaction) => parcels.append(transaction, scanned(parcelId)));

    const [queue] = parcels.topology.queues;
    const message = await takeFrom(parcels.channel, queue?.work ?? '');
    expect(message.properties.messageId).toBe(scanned(parcelId).id);
    await relay.stop();
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
    await parcels.changeQueue();

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
