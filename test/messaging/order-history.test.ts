import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { IntegrationEvent } from '../../events/integration-event.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { Consumer } from '../../messaging/consuming/consumer.ts';
import { orderHistoryConsumer } from '../../services/order-history/consumer.ts';
import { findHistory } from '../../services/order-history/store.ts';
import { storyOf } from '../services/order-history-stories.ts';
import { eventually, openTestBroker, openTestSchema, quiet, type TestBroker } from './environment.ts';

let broker: TestBroker;
let schema: Awaited<ReturnType<typeof openTestSchema>>;
const consumers: Consumer<Record<never, never>>[] = [];
let publish: (events: readonly IntegrationEvent[]) => Promise<void>;

beforeEach(async () => {
  broker = await openTestBroker({ subscriptions: [subscriptions.orderHistory] });
  schema = await openTestSchema('order-history');
  for (let index = 0; index < 2; index++) {
    const { connection, publisher } = await broker.connectWithPublisher();
    publish = (events) => publisher.publish(events);
    const { database } = schema;
    const work = { connection, publisher, database, logger: quiet, batchSize: 3, concurrency: 2 };
    const consumer = new Consumer({ ...work, definition: orderHistoryConsumer });
    consumers.push(consumer);
    await consumer.ready;
  }
});

afterEach(async () => {
  for (const consumer of consumers.splice(0)) await consumer.stop();
  await broker.close();
  await schema.close();
});

test('two processes that share the events of many orders, out of order and repeated, lose and double none', async () => {
  const stories = Array.from({ length: 20 }, () => {
    const { orderId, placed, reserved, paid, completed, refunded, mailed } = storyOf(`order-${randomUUID()}`);
    const events = [
      refunded('r-2', 4_832),
      mailed('x'),
      completed(),
      paid(),
      refunded('r-1', 1_000),
      reserved(),
      placed(),
    ];
    return { orderId, events };
  });
  const all = Array.from({ length: 7 }, (_, index) => stories.map(({ events }) => events[index])).flat();
  await publish([...all, ...all].filter((event) => event !== undefined));

  const histories = await eventually(async () => {
    const found = await Promise.all(
      stories.map(({ orderId }) => findHistory(schema.database, orderId as never).catch(() => undefined)),
    );
    const told = found.filter((history) => history?.timeline.length === 7);
    return told.length === stories.length && told;
  });

  for (const history of histories) {
    expect(history).toMatchObject({ state: 'refunded', refunded: 5_832, customerId: 'customer-1' });
  }
});
