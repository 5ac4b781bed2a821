import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import type { EventData } from '../../events/contracts/index.ts';
import { createEvent, decodeEvent, encodeEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import type { Envelope } from '../../messaging/envelope/envelope.ts';
import { OutboxRelay } from '../../messaging/outbox/relay.ts';
import { checkoutOf, eventually, openTestBroker, openTestSchema, quiet, type TestBroker } from './environment.ts';

let broker: TestBroker;
let schema: Awaited<ReturnType<typeof openTestSchema>>;
let database: Kysely<Record<never, never>>;
let relays: OutboxRelay<Record<never, never>>[];
let heard: string[];
let types: string[];

beforeEach(async () => {
  broker = await openTestBroker({ subscriptions: [] });
  schema = await openTestSchema('notification');
  database = schema.database;
  relays = [];
  heard = [];
  types = [];
});

afterEach(async () => {
  for (const relay of relays) await relay.stop();
  await broker.close();
  await schema.close();
});

async function startRelay(pollMilliseconds = 3_600_000) {
  const { connection, gate, publisher } = await broker.connectWithPublisher();
  const { channel, topology } = broker;
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, topology.exchanges.events, '#');
  await channel.consume(
    queue,
    (message) => {
      if (!message) return;
      heard.push(message.properties.messageId);
      types.push(message.fields.routingKey);
    },
    { noAck: true },
  );
  let tries = 0;
  const start = () => {
    const publish = (events: readonly Envelope[]) => {
      tries += 1;
      return publisher.publish(events);
    };
    const relay = new OutboxRelay({
      decode: decodeEvent,
      database,
      publisher: { publish },
      logger: quiet,
      pollMilliseconds,
    });
    relays.push(relay);
    return relay;
  };
  return { relay: start(), start, gate, connection, tries: () => tries };
}

function notificationOf(checkoutId: string, sequence: number): IntegrationEvent {
  const { envelope, order } = checkoutOf(checkoutId);
  return createEvent({
    ...envelope,
    name: 'NotificationSent',
    sequence,
    data: {
      messageId: `<${sequence}@test>`,
      template: 'order-confirmation',
      subject: { kind: 'order', id: checkoutId },
      ...order,
    },
  });
}

const write = (...events: IntegrationEvent[]) =>
  database.transaction().execute(async (transaction) => {
    for (const event of events) await appendToOutbox(transaction, event);
  });

const ids = (events: readonly IntegrationEvent[]) => events.map(({ id }) => id);

test('what was written is published in order once the relay is woken, and once only', async () => {
  const { relay } = await startRelay();
  const events = Array.from({ length: 250 }, (_, index) => notificationOf(`c-${index % 7}`, index + 1));
  await write(...events);

  relay.wake();
  await eventually(async () => heard.length === events.length);
  relay.wake();
  await relay.stop();

  for (let checkout = 0; checkout < 7; checkout += 1) {
    const own = ids(events.filter(({ subject }) => subject === `c-${checkout}`));
    expect(heard.filter((id) => own.includes(id))).toEqual(own);
  }
  expect(heard).toHaveLength(events.length);
});

test('what an earlier release has left in its version is published in the newest, as the same fact', async () => {
  const { relay } = await startRelay();
  const event = notificationOf('c-1', 1);
  await write(event);
  const { subject: _, ...data } = event.data as EventData<'NotificationSent'>;
  const body = { ...JSON.parse(encodeEvent(event).toString()), type: 'notification.mail.sent.v1', data };
  await sql`update outbox set body = ${JSON.stringify(body)}`.execute(database);

  relay.wake();
  await eventually(async () => heard.length > 0);

  expect([heard, types]).toEqual([[event.id], ['notification.mail.sent.v2']]);
});

test('what is rolled back is never published', async () => {
  const { relay } = await startRelay();
  const failed = database.transaction().execute(async (transaction) => {
    await appendToOutbox(transaction, notificationOf('c-1', 1));
    throw new Error('rolled back');
  });
  await expect(failed).rejects.toThrow('rolled back');
  const event = notificationOf('c-2', 1);
  await write(event);

  relay.wake();
  await eventually(async () => heard.length > 0);

  expect(heard).toEqual([event.id]);
});

test('behind an event that cannot be published those of the same subject wait, others do not', async () => {
  const { relay, start } = await startRelay();
  const [first, second, third, other] = [
    notificationOf('c-1', 1),
    notificationOf('c-1', 2),
    notificationOf('c-1', 3),
    notificationOf('c-2', 1),
  ];
  await write(first, second, third, other);
  const { rows } = await sql<{ body: string }>`select body from outbox where message_id = ${second.id}`.execute(
    database,
  );
  await sql`update outbox set body = '{' where message_id = ${second.id}`.execute(database);

  relay.wake();
  await eventually(async () => heard.length === 2);
  await relay.stop();
  expect(heard.sort()).toEqual(ids([first, other]).sort());

  await sql`update outbox set body = ${rows[0]?.body} where message_id = ${second.id}`.execute(database);
  heard.length = 0;
  start();
  await eventually(async () => heard.length === 2);
  expect(heard).toEqual(ids([second, third]));
});

test('what was written while the broker was away leaves by itself when it is back', async () => {
  const { gate, connection } = await startRelay(50);
  gate.shut();
  await eventually(async () => connection.status === 'disconnected');
  const events = [notificationOf('c-1', 1), notificationOf('c-1', 2)];
  await write(...events);

  gate.open();

  await eventually(async () => heard.length === 2);
  expect(heard).toEqual(ids(events));
});

test('while the broker is away a full outbox is not tried from end to end', async () => {
  const { relay, gate, connection, tries } = await startRelay();
  gate.shut();
  await eventually(async () => connection.status === 'disconnected');
  await write(...Array.from({ length: 500 }, (_, index) => notificationOf(`c-${index}`, 1)));

  relay.wake();
  await eventually(async () => tries() >= 100);
  gate.open();
  await eventually(async () => connection.status === 'connected');
  relay.wake();
  await eventually(async () => heard.length === 500);

  expect(tries()).toBe(600);
});

test('two relays publish nothing twice', async () => {
  const { start } = await startRelay(20);
  start();
  const events = Array.from({ length: 150 }, (_, index) => notificationOf('c-1', index + 1));
  for (const event of events) await write(event);

  await eventually(async () => heard.length >= events.length);
  for (const relay of relays) await relay.stop();

  expect(heard).toEqual(ids(events));
});
