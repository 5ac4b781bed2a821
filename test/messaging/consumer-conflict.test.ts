import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ServiceFailure } from '../../contracts/failures.ts';
import { type ConsumerTest, openConsumerTest } from './consumer-environment.ts';
import { paymentProcessed, takeFrom } from './environment.ts';

let run: ConsumerTest;

beforeEach(async () => {
  run = await openConsumerTest();
});

afterEach(() => run.close());

test('what was done before with other content is parked at once, and not tried again and again', async () => {
  let tries = 0;
  const { publisher } = await run.consume(async () => {
    tries += 1;
    throw new ServiceFailure('IdempotencyConflict', 'it was done before with other content');
  });

  await publisher.publish([paymentProcessed()]);

  const { properties } = await takeFrom(run.broker.channel, run.queue.dead);
  expect(properties.headers).toMatchObject({
    'x-dead-reason': 'conflict',
    'x-error-message': 'it was done before with other content',
  });
  expect(tries).toBe(1);
});
