import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { z } from 'zod';
import { encodeEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { Consumer } from '../../messaging/consuming/consumer.ts';
import { claimEvents } from '../../messaging/consuming/inbox.ts';
import { type EventContracts, newVersion } from '../../messaging/envelope/contracts.ts';
import { eventDecoder } from '../../messaging/envelope/decoder.ts';
import type { Envelope } from '../../messaging/envelope/envelope.ts';
import { createEventIn } from '../../messaging/envelope/envelope.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import {
  checkoutOf,
  eventually,
  openTestBroker,
  openTestSchema,
  paymentProcessed,
  quiet,
  type TestBroker,
  takeFrom,
} from './environment.ts';

const key = 'checkout.payment.processed';
const first = z.object({ orderId: z.string(), cents: z.int() });
const second = z.object({ orderId: z.string(), total: z.object({ amount: z.int(), currency: z.enum(['USD']) }) });
const third = second.extend({ channel: z.enum(['web', 'phone']) });
const about = { publisher: 'checkout', when: 'The money is captured.' } as const;

const ofTwo = newVersion({ type: `${key}.v1`, data: first }, { type: `${key}.v2`, data: second, ...about }, (data) => ({
  orderId: data.orderId,
  total: { amount: data.cents, currency: 'USD' as const },
}));
const ofThree = newVersion(ofTwo, { type: `${key}.v3`, data: third, ...about }, (data) => ({
  ...data,
  channel: 'web' as const,
}));

/** What the consumer of a deployment knows. The event borrows its name, so that the present types fit. */
const secondDeployment: EventContracts = { PaymentProcessed: ofTwo };
const thirdDeployment: EventContracts = { PaymentProcessed: ofThree };

const dataOf = { 1: { orderId: 'o-1', cents: 250 }, 2: { orderId: 'o-1', total: { amount: 250, currency: 'USD' } } };

/** The body of an event as the publisher of a version writes it. */
function bodyOf(version: number, data: object, event: IntegrationEvent = paymentProcessed()): Buffer {
  return Buffer.from(
    JSON.stringify({ ...JSON.parse(encodeEvent(event).toString()), type: `${key}.v${version}`, data }),
  );
}

const subscription = { name: 'tester', queue: 'tester.events.v1', events: ['PaymentProcessed'] } as const;
const opened: { stop(): Promise<void> }[] = [];
let broker: TestBroker;
let schema: Awaited<ReturnType<typeof openTestSchema>>;

beforeEach(async () => {
  broker = await openTestBroker({ subscriptions: [subscription] });
  schema = await openTestSchema('ledger');
  await sql`create table effects (data jsonb not null)`.execute(schema.database);
});

afterEach(async () => {
  for (const consumer of opened.splice(0)) await consumer.stop();
  await broker.close();
  await schema.close();
});

/** A consumer that keeps the data of each event, as its handler sees it. */
async function consume(contracts: EventContracts): Promise<void> {
  const { connection, publisher } = await broker.connectWithPublisher();
  const consumer = new Consumer({
    connection,
    publisher,
    database: schema.database,
    logger: quiet,
    definition: {
      ...subscription,
      decode: eventDecoder(contracts),
      async handle({ data }, transaction) {
        await sql`insert into effects values (${JSON.stringify(data)})`.execute(transaction);
      },
    },
  });
  opened.push(consumer);
  await consumer.ready;
}

const send = (body: Buffer) => broker.channel.sendToQueue(queueOf(broker.topology, subscription).work, body);

const effects = (count: number) =>
  eventually(async () => {
    const { rows } = await sql<{ data: unknown }>`select data from effects`.execute(schema.database);
    return rows.length >= count && rows.map(({ data }) => data);
  });

test('two versions come side by side, and the handler sees the newest alone', async () => {
  await consume(secondDeployment);

  send(bodyOf(1, dataOf[1]));
  send(bodyOf(2, dataOf[2]));

  expect(await effects(2)).toEqual([dataOf[2], dataOf[2]]);
});

test('what is two versions old is raised step by step', async () => {
  await consume(thirdDeployment);

  send(bodyOf(1, dataOf[1]));

  expect(await effects(1)).toEqual([{ ...dataOf[2], channel: 'web' }]);
});

test('a version that the consumer does not know yet is parked, and is handled when it is sent again after the deployment', async () => {
  const { work, dead } = queueOf(broker.topology, subscription);
  const data = { ...dataOf[2], channel: 'phone' };
  await consume(secondDeployment);
  send(bodyOf(3, data));
  const { content, properties } = await takeFrom(broker.channel, dead);
  expect(properties.headers).toMatchObject({ 'x-dead-reason': 'unknown-version' });

  for (const consumer of opened.splice(0)) await consumer.stop();
  await consume(thirdDeployment);
  broker.channel.sendToQueue(work, content);

  expect(await effects(1)).toEqual([data]);
});

test('data that an upcast cannot raise is parked', async () => {
  await consume({
    PaymentProcessed: newVersion(
      { type: `${key}.v1`, data: first },
      { type: `${key}.v2`, data: second, ...about },
      () => {
        throw new Error('no such currency');
      },
    ),
  });

  send(bodyOf(1, dataOf[1]));

  const { properties } = await takeFrom(broker.channel, queueOf(broker.topology, subscription).dead);
  expect(properties.headers).toMatchObject({
    'x-dead-reason': 'invalid-data',
    'x-error-message': expect.stringContaining('no such currency'),
  });
});

test('a fact that is published in both versions is handled once', async () => {
  const event = paymentProcessed();
  const bodies = [bodyOf(2, dataOf[2], event), bodyOf(3, { ...dataOf[2], channel: 'web' }, event)];
  const events = bodies.map(eventDecoder(thirdDeployment));
  const claim = (given: readonly Envelope[]) =>
    schema.database.transaction().execute((transaction) => claimEvents(transaction, 'tester', given));

  expect(await claim(events)).toEqual(['new', 'duplicate']);
  expect(await claim(events.slice(1))).toEqual(['duplicate']);
});

test('what the older code has handled is a duplicate for the newer one, and another fact under its id is a conflict', async () => {
  const event = paymentProcessed();
  const claim = (contracts: EventContracts, body: Buffer) =>
    schema.database
      .transaction()
      .execute((transaction) => claimEvents(transaction, 'tester', [eventDecoder(contracts)(body)]));
  const firstDeployment = { PaymentProcessed: { type: `${key}.v1`, data: first, ...about } } as const;

  expect(await claim(firstDeployment, bodyOf(1, dataOf[1], event))).toEqual(['new']);
  expect(await claim(thirdDeployment, bodyOf(1, dataOf[1], event))).toEqual(['duplicate']);
  expect(await claim(thirdDeployment, bodyOf(1, { ...dataOf[1], cents: 1 }, event))).toEqual(['conflict']);
});

test('a fact has one id, whatever version it is published in', () => {
  const id = '59ae730d-8689-5f07-a421-bd30a6b8426f';
  const { envelope } = checkoutOf('c-1');
  const draft = { ...envelope, name: 'PaymentProcessed', sequence: 3, data: dataOf[2] } as const;

  expect(paymentProcessed('c-1').id).toBe(id);
  expect(createEventIn(secondDeployment, draft)).toMatchObject({ type: `${key}.v2`, id });
});

test('an upcast from one version to the next fits both, or does not compile', () => {
  const newest = { type: `${key}.v2`, data: second, ...about } as const;
  const old = { type: `${key}.v1`, data: first } as const;
  // @ts-expect-error the old version has no total
  newVersion(old, newest, (data) => ({ orderId: data.orderId, total: data.total }));
  // @ts-expect-error the new version has a total
  expect(newVersion(old, newest, (data) => ({ orderId: data.orderId })).earlier?.type).toBe(`${key}.v1`);
});
