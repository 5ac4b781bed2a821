import pg from 'pg';
import type { Logins } from './logins.ts';
import { loginOf, type SchemaName, type Store, schemaNames, stores } from './stores.ts';
import type { TrialRow } from './trial-row.ts';

/** What a login is refused, by its heading on the page; each statement is run for itself, and taken back. */
const forbidden: Readonly<Record<string, (own: SchemaName) => readonly string[]>> = {
  'make tables': (own) => [
    `create table ${own}.forbidden (id integer)`,
    'create table public.forbidden (id integer)',
    'create temporary table forbidden (id integer)',
    'create schema forbidden',
  ],
  'change tables': (own) => [
    `alter table ${own}.kysely_migration add column forbidden integer`,
    `drop table ${own}.kysely_migration`,
    `truncate ${own}.kysely_migration`,
    'alter table ledger.entries disable trigger all',
  ],
  'other schemas': (own) =>
    schemaNames.filter((schema) => schema !== own).map((schema) => `select from ${schema}.kysely_migration`),
  'change the books': () => [
    'update ledger.journals set kind = kind',
    'update ledger.entries set debit = debit * 2',
    'delete from ledger.entries',
    'delete from ledger.inbox',
    'truncate ledger.entries',
  ],
  'run programs': () => [`copy (select 1) to program 'true'`, `copy (select 1) to '/tmp/forbidden'`],
  'read files': () => [`select pg_read_file('/etc/hostname')`],
  'make logins': () => ['create role forbidden', 'alter role postgres nologin', 'set role schema_owner'],
};

/** What else a login is refused that may not change rows, or only add some. */
const refusedChanges = {
  change: [],
  append: ['update ledger.accounts set name = name', 'delete from ledger.accounts'],
  read: ['insert into OWN.kysely_migration select * from OWN.kysely_migration', 'delete from OWN.kysely_migration'],
} as const;

export const databaseActs = [...Object.keys(forbidden), 'change rows'];

/** Tries what each login may not do, and that it reads its own schema. */
export async function tryDatabase(logins: Logins): Promise<TrialRow[]> {
  const rows: TrialRow[] = [];
  for (const [role, store] of Object.entries(stores)) {
    const client = new pg.Client({ connectionString: logins.databaseUrl(loginOf(role)) });
    await client.connect();
    try {
      rows.push(await rowOf(client, role, store));
    } finally {
      await client.end();
    }
  }
  return rows;
}

async function rowOf(client: pg.Client, role: string, { schema, may }: Store): Promise<TrialRow> {
  const wrong: string[] = [];
  if (!(await isAllowed(client, `select from ${schema}.kysely_migration`))) wrong.push('may not read its own schema');
  const changes = refusedChanges[may].map((statement) => statement.replaceAll('OWN', schema));
  const acts = {
    ...Object.fromEntries(Object.entries(forbidden).map(([act, of]) => [act, of(schema)])),
    'change rows': changes,
  };
  const refused: Record<string, number> = {};
  for (const [act, statements] of Object.entries(acts)) {
    for (const statement of statements) if (await isAllowed(client, statement)) wrong.push(`may ${statement}`);
    refused[act] = statements.length;
  }
  return { who: role, may: `${may} ${schema}`, refused, wrong };
}

const lacksPrivilege = '42501';

/** @throws {Error} when a statement fails for another reason: then it shows nothing */
async function isAllowed(client: pg.Client, statement: string): Promise<boolean> {
  await client.query('begin');
  try {
    await client.query(statement);
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === lacksPrivilege) return false;
    throw error;
  } finally {
    await client.query('rollback');
  }
}
