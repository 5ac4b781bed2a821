import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { standardTopology } from '../../events/standard-topology.ts';
import { BrokerConnection } from '../../messaging/connection/connection.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import { auditBooks, auditWhenQuiet } from '../../ops/audit/books.ts';
import { backUp, begunAtOf } from '../../ops/recovery/base-backup.ts';
import { recoverLedger } from '../../ops/recovery/recover-ledger.ts';
import { restoreLedger } from '../../ops/recovery/restore-ledger.ts';
import type { System } from '../../ops/system/system.ts';
import { openDatabase } from '../../platform/database.ts';
import { readDataConverter } from '../../platform/payloads/data-converter.ts';
import { expectedOutcome, work } from '../chaos/work.ts';
import { type Clients, identityOf, openClients } from '../clients.ts';
import { silent } from '../services/service-in-process.ts';
import { startShopSystem } from '../setup/shop-system.ts';

let system: System;
let clients: Clients;
let database: Kysely<unknown>;
let broker: BrokerConnection;
let publisher: Publisher;
const backup = path.join(tmpdir(), `durable-checkout-backup-${process.pid}`);
const url = () => String(system.addresses['DATABASE_URL']);

beforeAll(async () => {
  system = await startShopSystem();
  clients = await openClients(system.addresses);
  database = openDatabase<unknown>({ url: url(), schema: 'public', connections: 1 });
  const { AMQP_URL = '' } = identityOf('topology', system.addresses as never);
  broker = new BrokerConnection({
    ...{ url: AMQP_URL, name: 'recovery', logger: silent, topology: standardTopology, declares: false },
  });
  await broker.open();
  publisher = new Publisher(broker);
}, 120_000);

afterAll(async () => {
  await publisher?.close();
  await broker?.close();
  await database?.destroy();
  await clients?.connection.close();
  await system?.stop();
  await rm(backup, { recursive: true, force: true });
  await rm(`${backup}.begun-at`, { force: true });
}, 60_000);

async function doWork(prefix: string): Promise<void> {
  const { signal } = new AbortController();
  const done = await work(clients, { seed: 3, seconds: 6, perSecond: 2, signal, prefix });
  expect(done.filter(({ kind, outcome }) => outcome !== expectedOutcome[kind])).toEqual([]);
  expect((await auditWhenQuiet(url(), 60_000)).filter(({ holds }) => !holds)).toEqual([]);
}

/** What the books say, without when it was written and in which place. */
async function books(): Promise<unknown[]> {
  const { rows } = await sql`
    select event_id, event_type, kind, subject_kind, subject_id, occurred_at, (
      select json_agg(json_build_array(line, account, currency, debit, credit) order by line)
      from ledger.entries where entries.journal_id = journals.journal_id
    ) as lines from ledger.journals order by event_id, kind
  `.execute(database);
  return rows;
}

const recover = async () =>
  recoverLedger({
    client: clients.temporal,
    dataConverter: readDataConverter(system.addresses),
    ...{ database, publisher, since: await begunAtOf(backup) },
  });

test('a ledger that is restored from a backup gets back what moved money since, once, and the audit is clean', async () => {
  await doWork('before');
  const atBackup = await books();
  await backUp(url(), backup);
  await doWork('after');
  const whole = await books();
  expect(whole.length).toBeGreaterThan(atBackup.length + 8);

  await restoreLedger({ url: url(), backup, report: () => undefined });
  expect(await books()).toEqual(atBackup);
  const broken = (await auditBooks(url())).filter(({ holds }) => !holds).map(({ name }) => name);
  expect(broken).toContain('ledger: refund journals = completed refunds');
  expect(broken).toContain('events: of billing that ledger has neither handled nor parked = 0');

  const recovery = await recover();
  expect(recovery).toMatchObject({ unread: [], unreadable: [] });
  expect(recovery.sent.workflows).toBeGreaterThan(8);
  expect(recovery.sent.outboxes).toBeGreaterThan(1);
  expect((await auditWhenQuiet(url(), 60_000)).filter(({ holds }) => !holds)).toEqual([]);
  expect(await books()).toEqual(whole);

  await recover();
  await doWork('later');
  const known = new Set(whole.map((journal) => JSON.stringify(journal)));
  expect((await books()).filter((journal) => known.has(JSON.stringify(journal)))).toHaveLength(whole.length);
}, 300_000);
