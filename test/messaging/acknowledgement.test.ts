import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { BrokerConnection } from '../../events/connection/connection.ts';
import { type ConsumerTest, openConsumerTest } from './consumer-environment.ts';
import { eventually, paymentProcessed } from './environment.ts';
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
