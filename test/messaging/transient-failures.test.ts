import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type ConsumerTest, openConsumerTest } from './consumer-environment.ts';
import { paymentProcessed } from './environment.ts';

let run: ConsumerTest;

beforeEach(async () => {
  // A tier that is long enough to see what goes into it.
  run = await openConsumerTest([{ label: '1h', milliseconds: 3_600_000 }]);
});

afterEach(() => run.close());

test.each(['40001', '40P01', '53300', '57P03'])(
  'an event whose transaction PostgreSQL ends with %s is held and handled, and goes through no retry tier',
  async (code) => {
    let failures = 3;
    const { publisher } = await run.consume(async (_, transaction) => {
      failures -= 1;
      if (failures >= 0)
        await sql.raw(`do $$ begin raise exception 'later' using errcode = '${code}'; end $$`).execute(transaction);
    });
    const events = [paymentProcessed(), paymentProcessed()];

    await publisher.publish(events);

    expect(await run.effects(2)).toEqual(events.map(({ subject }) => subject).sort());
    for (const { name } of run.queue.retry) {
      expect(await run.broker.channel.checkQueue(name)).toMatchObject({ messageCount: 0 });
    }
  },
);
