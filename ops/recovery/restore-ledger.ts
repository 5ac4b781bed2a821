import { chmodSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import { choosePort } from '../../parts/ports.ts';
import { postgresBinaries } from '../../parts/postgres-install.ts';
import type { Report } from '../../parts/report.ts';
import { unprivilegedUser } from '../../parts/unprivileged-user.ts';
import { waitUntil } from '../../parts/wait.ts';
import { ConfigurationError } from '../../platform/configuration.ts';
import { copyBackup } from './base-backup.ts';

const schema = 'ledger';
const rowsAtOnce = 5_000;

export interface RestoreOptions {
  /** The PostgreSQL of the system, with its administrator. */
  readonly url: string;
  /** What `backUp` has made. */
  readonly backup: string;
  readonly report: Report;
}

/**
 * Puts the ledger back to what it was in a backup, in one transaction, and leaves all other schemas as they are. Its consumer may run.
 *
 * @throws {ConfigurationError} when the backup is of other migrations than the ledger of today
 */
export async function restoreLedger({ url, backup, report }: RestoreOptions): Promise<void> {
  await withServer(backup, url, report, async (from) => {
    const to = new pg.Client({ connectionString: url });
    await to.connect();
    try {
      await requireSameMigrations(from, to);
      await to.query('begin');
      await replaceRows(from, to);
      await to.query('commit');
    } finally {
      await to.end();
    }
  });
}

/** Starts a server on a copy of a backup for a while. */
async function withServer(
  backup: string,
  url: string,
  report: Report,
  use: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const user = unprivilegedUser();
  const binaries = await postgresBinaries(user, report);
  const folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-restore-'));
  chmodSync(folder, 0o711);
  const data = path.join(folder, 'data');
  const port = await choosePort();
  await copyBackup(backup, data);
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'ssl=off'];
  const server = execa(
    path.join(binaries, 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { reject: false, stdio: 'ignore', cwd: data, ...user },
  );
  try {
    const { username, password, pathname } = new URL(url);
    const connectionString = `postgres://${username}:${password}@127.0.0.1:${port}${pathname}`;
    let client: pg.Client | undefined;
    const answers = async () => {
      const tried = new pg.Client({ connectionString });
      client = await tried.connect().then(
        () => tried,
        () => undefined,
      );
      return client !== undefined;
    };
    await waitUntil(answers, { within: 60_000, every: 100 });
    if (!client) throw new Error(`no server answers on the backup in ${backup}`);
    await use(client).finally(() => client?.end());
  } finally {
    server.kill('SIGINT');
    await server;
    await rm(folder, { recursive: true, force: true });
  }
}

async function requireSameMigrations(from: pg.Client, to: pg.Client): Promise<void> {
  const namesIn = async (client: pg.Client) => {
    const { rows } = await client.query<{ name: string }>(`select name from ${schema}.kysely_migration order by name`);
    return rows.map(({ name }) => name).join(', ');
  };
  const [then, now] = [await namesIn(from), await namesIn(to)];
  if (then === now) return;
  throw new ConfigurationError(
    `the backup is of another release: its ledger has ${then}, that of today ${now}; restore it with that release, and migrate it then`,
  );
}

async function replaceRows(from: pg.Client, to: pg.Client): Promise<void> {
  const { rows: tables } = await to.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = $1 and tablename not like 'kysely%' order by tablename`,
    [schema],
  );
  const names = tables.map(({ name }) => `${schema}.${name}`);
  const { rows: triggers } = await to.query<{ table: string; name: string; enabled: string }>(
    `select tgrelid::regclass as table, quote_ident(tgname) as name, tgenabled as enabled from pg_trigger
     where tgrelid = any($1::text[]::regclass[]) and not tgisinternal`,
    [names],
  );
  // The books refuse every change: only who owns them puts them back.
  for (const name of names) await to.query(`alter table ${name} disable trigger all`);
  await to.query(`truncate ${names.join(', ')}`);
  for (const name of names) await copyRows(from, to, name);
  const { rows: sequences } = await from.query<{ name: string; last: string }>(
    `select format('%I.%I', schemaname, sequencename) as name, last_value as last from pg_sequences
     where schemaname = $1 and last_value is not null`,
    [schema],
  );
  for (const { name, last } of sequences) await to.query('select setval($1, $2)', [name, last]);
  for (const name of names) await to.query(`alter table ${name} enable trigger all`);
  const states: Readonly<Record<string, string>> = { A: 'enable always', R: 'enable replica', D: 'disable' };
  for (const { table, name, enabled } of triggers) {
    if (states[enabled]) await to.query(`alter table ${table} ${states[enabled]} trigger ${name}`);
  }
}

async function copyRows(from: pg.Client, to: pg.Client, table: string): Promise<void> {
  let after = '(0,0)';
  for (;;) {
    // As text: a number or a time comes back as it went.
    const { rows } = await from.query<{ place: string; row: string }>(
      `select ctid::text as place, to_jsonb(one)::text as row from ${table} as one where ctid > $1::tid
       order by ctid limit ${rowsAtOnce}`,
      [after],
    );
    const last = rows.at(-1);
    if (!last) return;
    await to.query(
      `insert into ${table} overriding system value select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
      [`[${rows.map(({ row }) => row).join(',')}]`],
    );
    after = last.place;
  }
}
