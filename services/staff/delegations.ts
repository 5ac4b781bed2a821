import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import { approvalRefusals } from '../../contracts/approval-refusals.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { staffContract } from './contract.ts';
import type { Delegation } from './shapes.ts';
import { findPerson, instantOf } from './store.ts';

type Database = Kysely<unknown>;
type Draft = z.output<typeof staffContract.operations.delegate.input>;

const columns = sql`
  delegation_id as "delegationId", from_person as "from", to_person as "to", roles,
  ${instantOf('starts_at')} as "startsAt", ${instantOf('ends_at')} as "endsAt", delegated_by as by,
  content_hash as "contentHash"
`;

type Row = Omit<Delegation, 'roles'> & {
  readonly roles: NonNullable<Delegation['roles']> | null;
  readonly contentHash: string;
};

const delegationOf = ({ contentHash: _, roles, ...delegation }: Row): Delegation => ({
  ...delegation,
  ...(roles !== null && { roles }),
});

/**
 * Lends the roles of a person to another one, once an id.
 *
 * @param by who records it
 * @throws {ServiceFailure} `InvalidRequest` for a time that is none or is over, or when both are one person; `PersonUnknown`;
 * `IdempotencyConflict`
 */
export async function delegate(database: Database, draft: Draft, by: string): Promise<Delegation> {
  const { delegationId, from, to, startsAt, endsAt } = draft;
  const roles = draft.roles && [...new Set(draft.roles)].sort();
  const hash = contentHash({ from, to, startsAt: startsAt ?? null, endsAt, ...(roles && { roles }) });
  const known = await find(database, delegationId);
  if (known) return sameDelegation(known, hash);
  if (from === to) throw invalid('to', 'roles are lent to another person');
  const begins = startsAt ?? new Date().toISOString();
  if (Date.parse(endsAt) <= Math.max(Date.parse(begins), Date.now())) {
    throw invalid('endsAt', 'a delegation ends after it has begun, and in the future');
  }
  await requirePerson(database, from, 'from');
  await requirePerson(database, to, 'to');
  await sql`
    insert into delegations (delegation_id, from_person, to_person, roles, starts_at, ends_at, content_hash, delegated_by)
    values (${delegationId}, ${from}, ${to}, ${roles ?? null}::text[], ${begins}, ${endsAt}, ${hash}, ${by})
    on conflict (delegation_id) do nothing
  `.execute(database);
  return sameDelegation(await findRow(database, delegationId), hash);
}

/** Ends a delegation now; one that is over stays as it is. */
export async function endDelegation(database: Database, delegationId: string, by: string): Promise<Delegation> {
  await sql`
    update delegations set ends_at = greatest(now(), starts_at), ended_by = ${by}
    where delegation_id = ${delegationId} and ends_at > greatest(now(), starts_at)
  `.execute(database);
  return findDelegation(database, delegationId);
}

/** @throws {ServiceFailure} `DelegationUnknown` */
export async function findDelegation(database: Database, delegationId: string): Promise<Delegation> {
  return delegationOf(await findRow(database, delegationId));
}

async function findRow(database: Database, delegationId: string): Promise<Row> {
  const found = await find(database, delegationId);
  if (found) return found;
  throw new ServiceFailure(approvalRefusals.DelegationUnknown, `there is no delegation ${delegationId}`, {
    field: 'delegationId',
  });
}

async function find(database: Database, delegationId: string): Promise<Row | undefined> {
  const { rows } = await sql<Row>`
    select ${columns} from delegations where delegation_id = ${delegationId}
  `.execute(database);
  return rows[0];
}

function sameDelegation(row: Row, hash: string): Delegation {
  if (row.contentHash === hash) return delegationOf(row);
  throw new ServiceFailure(
    'IdempotencyConflict',
    `the delegation ${row.delegationId} was recorded with other content`,
    {
      field: 'delegationId',
    },
  );
}

async function requirePerson(database: Database, personId: string, field: string): Promise<void> {
  try {
    await findPerson(database, personId);
  } catch (error) {
    if (!(error instanceof ServiceFailure) || error.type !== 'PersonUnknown') throw error;
    throw new ServiceFailure(approvalRefusals.PersonUnknown, error.message, { field });
  }
}

const invalid = (field: string, message: string) => new ServiceFailure('InvalidRequest', message, { field });
