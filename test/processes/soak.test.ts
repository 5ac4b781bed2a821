import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { openDatabase } from '../../platform/database.ts';
import { type Gate, openGate } from '../messaging/gate.ts';
import { collectEvidence } from '../soak/evidence.ts';
import { judge } from '../soak/rules.ts';
import { soak } from '../soak/soak.ts';
import { openStage, type Stage } from '../soak/stage.ts';
import { parts, processes } from '../soak/targets.ts';

/** How often the way to Temporal is cut, in milliseconds. */
const cutEveryMs = 1_000;

let stage: Stage;
let gate: Gate;
let connection: Connection;

beforeAll(async () => {
  stage = await openStage(() => undefined);
  gate = await openGate(`http://${stage.system.addresses['TEMPORAL_ADDRESS']}`);
  // The SDK's own repetitions would hide some of the cuts.
  connection = Connection.lazy({ address: new URL(gate.url).host, interceptors: [] });
}, 120_000);

afterAll(async () => {
  await connection?.close();
  await gate?.close();
  await stage?.close();
}, 60_000);

test('kills and freezes of everything, while polls for results keep failing, lose nothing, post nothing twice and keep the order; what is tampered with shows', async () => {
  const { signal } = new AbortController();
  const options = { workflows: 40, minutes: 0.4, seed: 5, signal, report: () => undefined };

  const cuts = setInterval(() => gate.cut(), cutEveryMs);

  const course = soak(
    { ...stage, temporal: new Client({ connection, dataConverter: stage.temporal.options.dataConverter }) },
    options,
  );
  const { result, claims, evidence } = await course.finally(() => clearInterval(cuts));

  expect(claims).toMatchObject({ completed: 40, failures: [] });

  expect(result.rules.filter(({ holds }) => !holds)).toEqual([]);
  expect(result.events).toBe(1_000);
  expect(new Set(result.outages.map(({ target, kind }) => `${kind} ${target}`))).toEqual(
    new Set([...parts, ...processes].flatMap((target) => [`kill ${target}`, `freeze ${target}`])),
  );

  const [lost, twice] = evidence.posted;
  await tamper(lost, twice);
  const { published } = evidence;
  const after = { ...(await collectEvidence(stage.tables, String(stage.system.addresses['AMQP_URL']))), published };
  expect(
    judge(claims, after)
      .filter(({ holds }) => !holds)
      .map(({ name, found }) => `${name}: ${found}`),
  ).toEqual([
    `consumed by the ledger = recorded for it: 399 of 400; 1 missing (${lost})`,
    `posted = recorded for the ledger, each once: 400 of 400; 1 twice (${twice})`,
    expect.stringMatching(/^the book: /),
  ]);
}, 240_000);

/** Takes one event out of the inbox of the ledger, and posts another one a second time. */
async function tamper(lost: string | undefined, twice: string | undefined): Promise<void> {
  const database = openDatabase<unknown>({ url: String(stage.system.addresses['DATABASE_URL']), schema: 'ledger' });
  await sql`delete from inbox where message_id = ${lost}`.execute(database);
  await database.transaction().execute(async (transaction) => {
    await sql`
      with journal as (
        insert into journals (event_id, kind, event_type, subject_kind, subject_id, occurred_at)
        select event_id, 'again', event_type, subject_kind, subject_id, occurred_at
        from journals where event_id = ${twice} returning journal_id
      )
      insert into entries (journal_id, line, account, currency, debit, credit)
      select journal.journal_id, line, account, currency, debit, credit
      from journal, entries join journals using (journal_id) where event_id = ${twice}
    `.execute(transaction);
  });
  await database.destroy();
}
