import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { PersonRole } from '../../contracts/access.ts';
import { approvalRefusals } from '../../contracts/approval-refusals.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { staffContract } from './contract.ts';
import type { Approver, FoundPerson, Person } from './shapes.ts';

type Database = Kysely<unknown>;
type Operations = typeof staffContract.operations;

/**
 * Adds people or updates them; of two with the same id the last one counts. Who is left out stays as they are: who has left is
 * imported as not active.
 */
export async function importStaff(database: Database, people: readonly Person[]): Promise<{ imported: number }> {
  const distinct = [...new Map(people.map((person) => [person.personId, person])).values()];
  await sql`
    insert into people (person_id, name, email, roles, superior, active)
    select "personId", name, email, roles, superior, active
    from jsonb_to_recordset(${JSON.stringify(distinct)}::jsonb)
      as person ("personId" text, name text, email text, roles text[], superior text, active boolean)
    -- Rows that are locked in the order of their ids cannot deadlock with another import.
    order by "personId"
    on conflict (person_id) do update set
      name = excluded.name, email = excluded.email, roles = excluded.roles, superior = excluded.superior,
      active = excluded.active, updated_at = now()
  `.execute(database);
  return { imported: distinct.length };
}

const personColumns = sql.raw(`person_id as "personId", name, email, roles, superior, active`);

type Row = Omit<Person, 'superior'> & { readonly superior: string | null };

const personOf = ({ superior, ...person }: Row): Person => ({ ...person, ...(superior !== null && { superior }) });

/** @throws {ServiceFailure} `PersonUnknown` */
export async function findPerson(database: Database, personId: string): Promise<FoundPerson> {
  const { rows } = await sql<Row & Pick<FoundPerson, 'delegations' | 'reports'>>`
    select ${personColumns},
      coalesce((
        select json_agg(json_build_object(
          'delegationId', delegation_id, 'from', from_person, 'roles', ${lentRoles},
          'startsAt', ${instantOf('starts_at')}, 'endsAt', ${instantOf('ends_at')}
        ) order by starts_at, delegation_id)
        from delegations join people lender on lender.person_id = from_person
        where to_person = people.person_id and lender.active and ends_at > now()
      ), '[]') as delegations,
      coalesce((
        select json_agg(json_build_object('personId', report.person_id, 'roles', report.roles) order by report.person_id)
        from people report where report.superior = people.person_id and report.active
      ), '[]') as reports
    from people where person_id = ${personId}
  `.execute(database);
  const [row] = rows;
  if (row) return { ...personOf(row), delegations: row.delegations, reports: row.reports };
  throw personUnknown(personId, 'personId');
}

/** Those of the lender's own, of the ones that are lent. */
const lentRoles = sql.raw(`case when delegations.roles is null then lender.roles else
  array(select role from unnest(lender.roles) role where role = any(delegations.roles)) end`);

/** A time as it is told: ISO 8601 in UTC. */
export const instantOf = (column: 'starts_at' | 'ends_at') =>
  sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

const personUnknown = (personId: string, field: string) =>
  new ServiceFailure(approvalRefusals.PersonUnknown, `${personId} is not on the staff`, { field });

export async function listPeople(
  database: Database,
  { after = '', limit }: z.output<Operations['listPeople']['input']>,
): Promise<Person[]> {
  const { rows } = await sql<Row>`
    select ${personColumns} from people where person_id > ${after} order by person_id limit ${limit}
  `.execute(database);
  return rows.map(personOf);
}

type ApproverRow = Omit<Approver, 'of'> & { readonly of: string | null };

/** Those who may decide for some roles at this moment, and their superiors, who may once it was escalated. */
export async function findApprovers(database: Database, roles: readonly PersonRole[]): Promise<Approver[]> {
  const { rows } = await sql<ApproverRow>`
    with holders as (
      select role, people.* from unnest(${roles}::text[]) with ordinality as asked (role, place)
      join people on role = any(people.roles) and active
    ), approvers as (
      select role, person_id, name, email, 'holder' as kind, null as of_person from holders
      union all
      select role, lent.person_id, lent.name, lent.email, 'delegate', holders.person_id
      from holders join delegations on from_person = holders.person_id and starts_at <= now() and ends_at > now()
        and (delegations.roles is null or role = any(delegations.roles))
      join people lent on lent.person_id = to_person and lent.active
      union all
      select role, superior.person_id, superior.name, superior.email, 'superior', holders.person_id
      from holders join people superior on superior.person_id = holders.superior and superior.active
    )
    select distinct on (role, kind, person_id)
      role, person_id as "personId", name, email, kind as as, of_person as of
    from approvers order by role, kind, person_id, of_person
  `.execute(database);
  return rows.map(({ of, ...approver }) => ({ ...approver, ...(of !== null && { of }) }));
}
