import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Kysely } from 'kysely';
import { decodeEvent } from '../../events/integration-event.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { OutboxRelay } from '../../messaging/outbox/relay.ts';
import { banCustomer, unbanCustomer } from '../../services/customers/banning.ts';
import type { Customer } from '../../services/customers/contract.ts';
import { findCustomer, importCustomers } from '../../services/customers/store.ts';
import { eventually, openTestBroker, openTestSchema, quiet, type TestBroker, takeFrom } from './environment.ts';

let broker: TestBroker;
let schema: Awaited<ReturnType<typeof openTestSchema>>;
let database: Kysely<unknown>;
let relay: OutboxRelay<unknown> | undefined;

beforeEach(async () => {
  broker = await openTestBroker({ subscriptions: [subscriptions.checkout] });
  schema = await openTestSchema('customers');
  database = schema.database as Kysely<unknown>;
});

afterEach(async () => {
  await relay?.stop();
  relay = undefined;
  await broker.close();
  await schema.close();
});

const ada = {
  customerId: 'ada',
  name: 'Ada',
  email: 'ada@example.org',
  country: 'GB',
  status: 'active',
} as Customer & { status: 'active' };
const ban = { customerId: ada.customerId, reason: 'stolen cards' };

async function startRelay() {
  const { publisher, gate } = await broker.connectWithPublisher();
  relay = new OutboxRelay({ decode: decodeEvent, database, publisher, logger: quiet, pollMilliseconds: 20 });
  return gate;
}

const queue = () => broker.topology.queues[0]?.work ?? '';
const nextBan = async () => decodeEvent((await takeFrom(broker.channel, queue())).content);
const waiting = async () => (await broker.channel.checkQueue(queue())).messageCount;

test('a ban tells of itself, once, however often it is asked for', async () => {
  await importCustomers(database, [ada]);
  const answers = await Promise.all(Array.from({ length: 5 }, () => banCustomer(database, ban)));
  expect(answers).toEqual(answers.map(() => ({ ...ada, status: 'banned' })));

  await startRelay();
  const event = await nextBan();
  expect(event).toMatchObject({ name: 'AccountBanned', subject: 'ada', sequence: 1, data: ban });

  await unbanCustomer(database, { customerId: ada.customerId, reason: 'it was another one' });
  await banCustomer(database, ban);
  const second = await nextBan();
  expect(second).toMatchObject({ sequence: 2, data: ban });
  expect(second.id).not.toBe(event.id);
  expect(await waiting()).toBe(0);
});

test('a ban waits in the outbox while the broker is away', async () => {
  await importCustomers(database, [ada]);
  const gate = await startRelay();
  gate.shut();

  await banCustomer(database, ban);
  expect((await findCustomer(database, ada.customerId)).status).toBe('banned');
  gate.open();

  expect(await nextBan()).toMatchObject({ data: ban });
  await eventually(async () => (await waiting()) === 0);
});

test('a ban of an unknown customer is refused and publishes nothing', async () => {
  await expect(banCustomer(database, ban)).rejects.toMatchObject({ type: 'CustomerNotFound' });
  await importCustomers(database, [ada]);
  await startRelay();
  await banCustomer(database, ban);
  expect(await nextBan()).toMatchObject({ sequence: 1 });
});
