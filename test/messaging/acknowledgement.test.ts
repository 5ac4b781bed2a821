import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { BrokerConnection } from '../../messaging/connection/connection.ts';
import { acknowledge, type Delivery, Session } from '../../messaging/consuming/delivery.ts';
import { type ConsumerTest, openConsumerTest } from './consumer-environment.ts';
import { eventually, paymentProcessed, takeFrom } from './environment.ts';
import type { Gate } from './gate.ts';

let run: ConsumerTest;

beforeEach(async () => {
  run = await openConsumerTest();
});

afterEach(() => run.close());

test('an event whose transaction failed together with the connection comes again', async () => {
  let times = 0;
  const broker = Promise.withResolvers<{ connection: BrokerConnection; gate: Gate }>();
  const consuming = await run.consume(async (_, transaction) => {
    times += 1;
    if (times > 1) return;
    const { connection, gate } = await broker.promise;
    gate.cut();
    await eventually(async () => connection.status !== 'connected');
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(transaction);
  });
  broker.resolve(consuming);
  const event = paymentProcessed();
  const { publisher } = await run.broker.connectWithPublisher();

  await publisher.publish([event]);

  expect(await run.effects(1)).toEqual([event.subject]);
  expect(times).toBe(2);
});

/** Three messages as they came by one channel, which goes away at the end of the work. */
async function withThree(work: (deliveries: readonly Delivery[]) => void): Promise<string[]> {
  const { connection, publisher } = await run.broker.connectWithPublisher();
  const arrived = Promise.withResolvers<void>();
  const deliveries: Delivery[] = [];
  const channel = connection.recoverableChannel({
    name: 'test',
    async open(opened) {
      const session = new Session(opened);
      await opened.consume(run.queue.work, (message) => {
        if (message) deliveries.push(session.deliver(message));
        if (deliveries.length === 3) arrived.resolve();
      });
    },
  });
  const events = [paymentProcessed(), paymentProcessed(), paymentProcessed()];
  await publisher.publish(events);
  await arrived.promise;
  work(deliveries);
  await channel.stop();
  return events.map(({ id }) => id);
}

test('an acknowledgement leaves out what came before and has no answer yet', async () => {
  const [first] = await withThree(([, ...others]) => acknowledge(others));

  expect((await takeFrom(run.broker.channel, run.queue.work)).properties.messageId).toBe(first);
  expect(await run.left()).toBe(0);
});

test('an acknowledgement of all that came leaves nothing', async () => {
  await withThree(acknowledge);

  expect(await run.left()).toBe(0);
});
