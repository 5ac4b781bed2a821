import { sessionSettings } from '../../platform/database-settings.ts';
import { auditedViews, auditor, confidential, loginOf, rightsOf, schemaNames, schemaOwner, stores } from './stores.ts';

export interface SqlOptions {
  /** The database that holds all schemas, and nothing else. */
  readonly database: string;
  /** The password of a login; without it the logins have none, and do not work yet. */
  readonly passwordOf?: (login: string) => string;
}

/** A login with what it may do in some schemas. */
interface Grant {
  readonly login: string;
  readonly schemas: readonly string[];
  readonly rights: readonly string[];
}

const grants: readonly Grant[] = [
  ...Object.entries(stores).map(([role, { schema, may }]) => ({
    login: loginOf(role),
    schemas: [schema],
    rights: rightsOf[may],
  })),
  { login: auditor, schemas: schemaNames.filter((schema) => !confidential.includes(schema)), rights: rightsOf.read },
];

/** Every login, the owner's first. */
export const logins: readonly string[] = [schemaOwner, ...grants.map(({ login }) => login)];

/**
 * The SQL that makes the logins and gives them what they may do: for an administrator of the database, and as often as one
 * likes. What migrations add to a schema later is covered.
 */
export function privilegesSql({ database, passwordOf }: SqlOptions): string {
  return [
    ...logins.flatMap((login) => createLogin(login, passwordOf?.(login))),
    ...Object.entries(stores).flatMap(([role, { schema }]) => settleLogin(loginOf(role), schema)),
    `revoke all on database ${quote(database)} from public;`,
    'revoke all on schema public from public;',
    `grant connect, create on database ${quote(database)} to ${quote(schemaOwner)};`,
    ...grants.map(({ login }) => `grant connect on database ${quote(database)} to ${quote(login)};`),
    ...schemaNames.flatMap(handOver),
    ...grants.flatMap(({ login, schemas, rights }) => schemas.flatMap((schema) => grantIn(schema, login, rights))),
    ...confidential.map((schema) => `revoke all on all tables in schema ${quote(schema)} from ${quote(auditor)};`),
    auditedViewsSql(),
    '',
  ].join('\n');
}

/**
 * Gives the auditor the views of confidential schemas that are there: privileges for what is still to be made would be for every
 * table. It runs after migrations as well, as their owner, and does nothing under another login.
 */
export const auditedViewsSql = (): string =>
  Object.entries(auditedViews)
    .map(
      ([schema, views]) => `do $$ declare item text; begin
  if to_regrole(${literal(auditor)}) is null then return; end if;
  if exists (select from pg_namespace where nspname = ${literal(schema)} and pg_has_role(nspowner, 'usage'))
  then grant usage on schema ${quote(schema)} to ${quote(auditor)}; end if;
  for item in select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${literal(schema)} and pg_has_role(c.relowner, 'usage')
      and c.relname in (${views.map(literal).join(', ')})
  loop execute format('grant select on %s to ${quote(auditor)}', item); end loop;
end $$;`,
    )
    .join('\n');

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function createLogin(login: string, password: string | undefined): string[] {
  const attributes = 'login nosuperuser nocreatedb nocreaterole noreplication nobypassrls';
  return [
    `do $$ begin if to_regrole(${literal(login)}) is null then create role ${quote(login)}; end if; end $$;`,
    `alter role ${quote(login)} ${attributes}${password === undefined ? '' : ` password ${literal(password)}`};`,
  ];
}

/** Behind a pooler a session has the settings of its login; else a process says them itself. */
const settleLogin = (login: string, schema: string): string[] =>
  Object.entries(sessionSettings(schema)).map(
    ([name, value]) => `alter role ${quote(login)} set ${name} = ${literal(value)};`,
  );

/** What an earlier release has made under another login becomes the owner's. */
function handOver(schema: string): string[] {
  const owner = quote(schemaOwner);
  return [
    `create schema if not exists ${quote(schema)} authorization ${owner};`,
    `do $$ declare item text; begin
  for item in select c.oid::regclass from pg_class c where c.relnamespace = ${literal(schema)}::regnamespace
    and c.relowner <> ${literal(schemaOwner)}::regrole and (c.relkind in ('r', 'p', 'v', 'm') or c.relkind = 'S'
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i')))
  loop execute format('alter table %s owner to ${owner}', item); end loop;
  for item in select p.oid::regprocedure from pg_proc p where p.pronamespace = ${literal(schema)}::regnamespace
    and p.proowner <> ${literal(schemaOwner)}::regrole
  loop execute format('alter routine %s owner to ${owner}', item); end loop;
end $$;`,
    `alter schema ${quote(schema)} owner to ${owner};`,
  ];
}

function grantIn(schema: string, login: string, rights: readonly string[]): string[] {
  const list = rights.join(', ');
  const later = `alter default privileges for role ${quote(schemaOwner)} in schema ${quote(schema)}`;
  return [
    `grant usage on schema ${quote(schema)} to ${quote(login)};`,
    `revoke all on all tables in schema ${quote(schema)} from ${quote(login)};`,
    `grant ${list} on all tables in schema ${quote(schema)} to ${quote(login)};`,
    `${later} revoke all on tables from ${quote(login)};`,
    `${later} grant ${list} on tables to ${quote(login)};`,
  ];
}
