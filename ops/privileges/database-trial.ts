import pg from 'pg';
import type { Logins } from './logins.ts';
import {
  auditedViews,
  auditor,
  loginOf,
  rightsOf,
  type SchemaName,
  type Store,
  schemaNames,
  stores,
} from './stores.ts';
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
    rows.push(await within(logins, loginOf(role), (client) => rowOf(client, role, store)));
  }
  rows.push(await within(logins, auditor, auditorRow));
  return rows;
}

/** The auditor reads every schema, of confidential ones nothing but its views, and changes none. */
async function auditorRow(client: pg.Client): Promise<TrialRow> {
  const wrong: string[] = [];
  const open = schemaNames.filter((schema) => !auditedViews[schema]).map((schema) => `${schema}.kysely_migration`);
  const views = Object.entries(auditedViews).flatMap(([schema, names]) => names.map((name) => `${schema}.${name}`));
  for (const relation of [...open, ...views])
    if (!(await isAllowed(client, `select from ${relation}`))) wrong.push(`may not read ${relation}`);
  const confidential = await client.query<{ name: string; isTable: boolean }>(
    `select c.oid::regclass::text as name, relkind = 'r' as "isTable" from pg_class c where relkind in ('r', 'v', 'm')
     and relnamespace = any(select to_regnamespace(name) from unnest($1::text[]) as name) order by 1`,
    [Object.keys(auditedViews)],
  );
  const migrations = Object.keys(auditedViews).map((schema) => `${schema}.kysely_migration`);
  // Whatever the list of views says: no table is among them.
  const closed = confidential.rows
    .filter(({ name, isTable }) => (isTable ? !migrations.includes(name) : !views.includes(name)))
    .map(({ name }) => name);
  const acts = {
    ...Object.fromEntries(Object.entries(forbidden).map(([act, of]) => [act, of('ledger')])),
    'other schemas': closed.map((name) => `select from ${name}`),
    'change rows': refusedChanges.read.map((statement) => statement.replaceAll('OWN', 'ledger')),
  };
  const refused = await tryAll(client, acts, wrong);
  return { who: auditor, may: `${rightsOf.read} all, of payroll views`, refused, wrong };
}

async function rowOf(client: pg.Client, role: string, { schema, may }: Store): Promise<TrialRow> {
  const wrong: string[] = [];
  if (!(await isAllowed(client, `select from ${schema}.kysely_migration`))) wrong.push('may not read its own schema');
  const changes = refusedChanges[may].map((statement) => statement.replaceAll('OWN', schema));
  const acts = {
    ...Object.fromEntries(Object.entries(forbidden).map(([act, of]) => [act, of(schema)])),
    'change rows': changes,
  };
  const refused = await tryAll(client, acts, wrong);
  return { who: role, may: `${may} ${schema}`, refused, wrong };
}

/** How many statements there are of each act; those that are allowed are wrong. */
async function tryAll(
  client: pg.Client,
  acts: Readonly<Record<string, readonly string[]>>,
  wrong: string[],
): Promise<Record<string, number>> {
  const refused: Record<string, number> = {};
  for (const [act, statements] of Object.entries(acts)) {
    for (const statement of statements) if (await isAllowed(client, statement)) wrong.push(`may ${statement}`);
    refused[act] = statements.length;
  }
  return refused;
}

async function within<Result>(
  logins: Logins,
  login: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: logins.databaseUrl(login) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
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
