import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { pino } from 'pino';
import { inboxRetention, outboxRetention } from '../../messaging/retention.ts';
import { prune, startPruner } from '../../platform/pruner.ts';
import { deadLetterRetention } from '../../services/dead-letters/retention.ts';
import { mailRetention } from '../../services/notification/retention.ts';
import { eventually, openTestSchema } from './environment.ts';

type Schema = Awaited<ReturnType<typeof openTestSchema>>;

let notification: Schema;
let deadLetters: Schema;
let database: Kysely<unknown>;

beforeEach(async () => {
  notification = await openTestSchema('notification');
  deadLetters = await openTestSchema('dead-letters');
  database = notification.database as Kysely<unknown>;
});

afterEach(async () => {
  await notification.close();
  await deadLetters.close();
});

const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1_000);
const idsOf = async (table: string, of = database) => {
  const { rows } = await sql<{ id: string }>`
    select message_id as id from ${sql.table(table)} order by message_id
  `.execute(of);
  return rows.map(({ id }) => id);
};

async function event(id: string, published: Date | null): Promise<void> {
  await sql`
    insert into outbox (message_id, subject, type, body, published_at) values (${id}, 's', 't', '{}', ${published})
  `.execute(database);
}

describe('what has had its time', () => {
  test('goes from the outbox only once it is published, and as late as the environment says', async () => {
    await event('old', daysAgo(8));
    await event('new', daysAgo(6));
    await event('waiting', null);
    await sql`update outbox set written_at = ${daysAgo(400)}`.execute(database);
    expect(await prune(database, [outboxRetention({})])).toEqual({ 'published events': 1 });
    expect(await idsOf('outbox')).toEqual(['new', 'waiting']);
    await prune(database, [outboxRetention({ OUTBOX_RETENTION_DAYS: '5' })]);
    expect(await idsOf('outbox')).toEqual(['waiting']);
  });

  test('goes in batches, however much it is', async () => {
    await sql`
      insert into inbox (consumer, message_id, body_hash, subject, type, handled_at)
      select 'c', number::text, 'h', 's', 't', ${daysAgo(91)} from generate_series(1, 2500) as number
    `.execute(database);
    await sql`update inbox set handled_at = now() where message_id = '7'`.execute(database);
    expect(await prune(database, [inboxRetention({})])).toEqual({ 'handled messages': 2_499 });
    expect(await idsOf('inbox')).toEqual(['7']);
  });

  test('goes from the sent mails', async () => {
    for (const [id, sent] of [
      ['old', daysAgo(366)],
      ['new', daysAgo(364)],
    ] as const) {
      await sql`
        insert into mails (message_id, event_id, template, subject_kind, subject_id, sent_at)
        values (${id}, ${id}, 't', 'order', 'o', ${sent})
      `.execute(database);
    }
    expect(await prune(database, [mailRetention({})])).toEqual({ 'sent mails': 1 });
    expect(await idsOf('mails')).toEqual(['new']);
  });

  test('goes from dead letters that are settled, and leaves who has settled them; parked ones stay', async () => {
    const archive = deadLetters.database as Kysely<unknown>;
    for (const state of ['parked', 'replayed', 'discarded']) {
      await sql`
        insert into dead_letters (occurrence, queue, message_id, dead_reason, attempts, archived_at, properties, body, state)
        values (${state}, 'q', ${state}, 'failed', 1, ${daysAgo(100)}, '{"a":1}', 'a name', ${state})
      `.execute(archive);
    }
    expect(await prune(archive, [deadLetterRetention({})])).toEqual({ 'contents of dead letters': 2 });
    expect(await prune(archive, [deadLetterRetention({})])).toEqual({});
    const { rows } = await sql`
      select message_id as id, convert_from(body, 'UTF8') as body from dead_letters order by 1
    `.execute(archive);
    expect(rows).toEqual([
      { id: 'discarded', body: '' },
      { id: 'parked', body: 'a name' },
      { id: 'replayed', body: '' },
    ]);
  });
});

test('a role prunes at its start', async () => {
  await event('old', daysAgo(8));
  const pruner = startPruner(database, pino({ level: 'silent' }), [outboxRetention({})]);
  await eventually(async () => (await idsOf('outbox')).length === 0);
  await pruner.stop();
});

test.each(['0', '1.5', 'never'])('%s days are refused by name', (days) => {
  expect(() => outboxRetention({ OUTBOX_RETENTION_DAYS: days })).toThrow('OUTBOX_RETENTION_DAYS is wrong');
});
