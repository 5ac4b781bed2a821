import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { ReservationId } from '../../contracts/identifiers.ts';
import type { inventoryContract } from './contract.ts';
import type { InventoryTables } from './store.ts';

/** The ids of reservations that were made a while ago and are held still, in the order of their ids. */
export async function listActiveReservations(
  database: Kysely<InventoryTables>,
  {
    olderThanSeconds,
    after = '' as ReservationId,
    limit,
  }: z.output<typeof inventoryContract.operations.listActiveReservations.input>,
): Promise<ReservationId[]> {
  const { rows } = await sql<{ reservationId: ReservationId }>`
    select reservation_id as "reservationId" from reservations
    where state = 'active' and reservation_id > ${after}
      and created_at <= now() - make_interval(secs => ${olderThanSeconds})
    order by reservation_id limit ${limit}
  `.execute(database);
  return rows.map(({ reservationId }) => reservationId);
}
