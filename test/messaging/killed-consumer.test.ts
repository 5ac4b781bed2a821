import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type ConsumerTest, openConsumerTest } from './consumer-environment.ts';
import { eventually, paymentProcessed } from './environment.ts';

let run: ConsumerTest;

beforeEach(async () => {
  run = await openConsumerTest();
});

afterEach(() => run.close());

/** Consumes in a process of its own until that has killed itself. */
async function consumeAndDie(when: 'before commit' | 'after commit'): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('dying-consumer.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      LOG_LEVEL: 'silent',
      DIE: when,
      SCHEMA: run.schema,
      TOPOLOGY: JSON.stringify(run.broker.topology),
    },
  });
  await once(child, 'exit');
  return child.signalCode;
}

test.each([
  ['before the commit', 'before commit', 1],
  ['after the commit and before the acknowledgement', 'after commit', 0],
] as const)(
  'a consumer that is killed %s has its event delivered again, and it counts once',
  async (_, when, again) => {
    const event = paymentProcessed();
    const { publisher } = await run.broker.connectWithPublisher();
    await publisher.publish([event]);

    expect(await consumeAndDie(when)).toBe('SIGKILL');

    const returned = await eventually(() => run.broker.channel.get(run.queue.work));
    expect(returned).toMatchObject({
      fields: { redelivered: true },
      properties: { headers: { 'x-delivery-count': 1 } },
    });
    run.broker.channel.reject(returned, true);
    let handled = 0;
    await run.consume(async () => {
      handled += 1;
    });
    expect(await run.finalEffects()).toEqual([event.subject]);
    expect(handled).toBe(again);
    expect(await run.left()).toBe(0);
  },
);
