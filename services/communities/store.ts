import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { CommunityId, CustomerId } from '../../contracts/identifiers.ts';
import { monthlyInvoicingRefusals } from '../../contracts/monthly-invoicing-refusals.ts';
import type { communitiesContract } from './contract.ts';
import type { Community, NamedResident, Residence, Resident } from './shapes.ts';

type Database = Kysely<unknown>;
type Operations = typeof communitiesContract.operations;

const communityColumns = sql.raw(`
  community_id as "communityId", time_zone as "timeZone", billing_day as "billingDay", due_day as "dueDay",
  json_build_object('name', manager_name, 'email', manager_email) as manager
`);

/** Adds a community, or updates it. */
export async function importCommunity(database: Database, community: Community): Promise<Community> {
  const { communityId, timeZone, billingDay, dueDay, manager } = community;
  await sql`
    insert into communities (community_id, time_zone, billing_day, due_day, manager_name, manager_email)
    values (${communityId}, ${timeZone}, ${billingDay}, ${dueDay}, ${manager.name}, ${manager.email})
    on conflict (community_id) do update set
      time_zone = excluded.time_zone, billing_day = excluded.billing_day, due_day = excluded.due_day,
      manager_name = excluded.manager_name, manager_email = excluded.manager_email, updated_at = now()
  `.execute(database);
  return findCommunity(database, communityId);
}

/** @throws {ServiceFailure} `UnknownCommunity` */
export async function findCommunity(database: Database, communityId: CommunityId): Promise<Community> {
  const { rows } = await sql<Community>`
    select ${communityColumns} from communities where community_id = ${communityId}
  `.execute(database);
  if (rows[0]) return rows[0];
  throw new ServiceFailure(monthlyInvoicingRefusals.UnknownCommunity, `there is no community ${communityId}`, {
    field: 'communityId',
  });
}

/**
 * Adds residents or updates them; of two with the same id the last one counts.
 *
 * @throws {ServiceFailure} `UnknownCommunity`
 */
export async function importResidents(
  database: Database,
  communityId: CommunityId,
  residents: readonly Resident[],
): Promise<{ imported: number }> {
  await findCommunity(database, communityId);
  const distinct = [...new Map(residents.map((resident) => [resident.customerId, resident])).values()];
  await sql`
    insert into residents (community_id, customer_id, moved_in, moved_out, charges)
    select ${communityId}, "customerId", "movedIn", "movedOut", charges
    from jsonb_to_recordset(${JSON.stringify(distinct)}::jsonb)
      as resident ("customerId" text, "movedIn" date, "movedOut" date, charges jsonb)
    -- Rows that are locked in the order of their ids cannot deadlock with another import.
    order by "customerId"
    on conflict (community_id, customer_id) do update set
      moved_in = excluded.moved_in, moved_out = excluded.moved_out, charges = excluded.charges, updated_at = now()
  `.execute(database);
  return { imported: distinct.length };
}

/** From the day on which they move in, to the one before they move out. */
const livesThereOn = (date: string) => sql`moved_in <= ${date} and (moved_out is null or moved_out > ${date})`;

const residentColumns = sql.raw(`
  residents.customer_id as "customerId", moved_in::text as "movedIn", moved_out::text as "movedOut", charges
`);

type BillablePage = z.output<Operations['listBillable']['output']>;

/**
 * Who lives in a community on a day: those who move out on it do not any more.
 *
 * @throws {ServiceFailure} `UnknownCommunity`
 */
export async function listBillable(
  database: Database,
  { communityId, date, after = '' as CustomerId, limit }: z.output<Operations['listBillable']['input']>,
): Promise<BillablePage> {
  await findCommunity(database, communityId);
  const { rows } = await sql<Row<Resident>>`
    select ${residentColumns} from residents
    where community_id = ${communityId} and customer_id > ${after}
      and ${livesThereOn(date)}
    order by customer_id limit ${limit + 1}
  `.execute(database);
  return pageOf(rows, limit);
}

type ResidentsPage = z.output<Operations['listResidents']['output']>;

/**
 * All residents, with what the copy of the accounts says of them.
 *
 * @throws {ServiceFailure} `UnknownCommunity`
 */
export async function listResidents(
  database: Database,
  { communityId, after = '' as CustomerId, limit }: z.output<Operations['listResidents']['input']>,
): Promise<ResidentsPage> {
  await findCommunity(database, communityId);
  const { rows } = await sql<Row<NamedResident>>`
    select ${residentColumns}, name, coalesce(status = 'banned', false) as banned
    from residents left join customers_copy using (customer_id)
    where community_id = ${communityId} and residents.customer_id > ${after}
    order by residents.customer_id limit ${limit + 1}
  `.execute(database);
  return pageOf(rows, limit);
}

/** Where a customer lives and has lived, in the order of the communities' ids. */
export async function listResidences(
  database: Database,
  { customerId, limit }: z.output<Operations['listResidences']['input']>,
): Promise<Residence[]> {
  const { rows } = await sql<Row<Residence>>`
    select community_id as "communityId", moved_in::text as "movedIn", moved_out::text as "movedOut", charges
    from residents where customer_id = ${customerId} order by community_id limit ${limit}
  `.execute(database);
  return rows.map(present);
}

/** What PostgreSQL has nothing for is null. */
type Row<Shape> = {
  readonly [Column in keyof Shape]: undefined extends Shape[Column] ? Shape[Column] | null : Shape[Column];
};

const present = <Shape extends object>(row: Row<Shape>): Shape =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Shape;

/** @param rows one more than the page has, when it is not the last one */
function pageOf<Shape extends Resident>(
  rows: readonly Row<Shape>[],
  limit: number,
): { residents: Shape[]; next?: CustomerId } {
  const residents = rows.slice(0, limit).map(present);
  const last = residents.at(-1)?.customerId;
  return { residents, ...(rows.length > limit && last && { next: last }) };
}

/**
 * How many live in a community on a day.
 *
 * @throws {ServiceFailure} `UnknownCommunity`
 */
export async function countBillable(
  database: Database,
  { communityId, date }: z.output<Operations['countBillable']['input']>,
): Promise<z.output<Operations['countBillable']['output']>> {
  await findCommunity(database, communityId);
  const { rows } = await sql<{ residents: number }>`
    select count(*)::int as residents from residents where community_id = ${communityId} and ${livesThereOn(date)}
  `.execute(database);
  return { residents: rows[0]?.residents ?? 0 };
}
