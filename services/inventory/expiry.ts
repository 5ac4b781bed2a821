import { type Kysely, sql } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { ReservationId } from '../../contracts/identifiers.ts';
import { translateDatabaseError } from '../../platform/database.ts';
import { type InventoryTables, release } from './store.ts';

const batchSize = 100;

/**
 * Releases the reservations whose time is over, the oldest first; returns their ids.
 *
 * @throws {AggregateError} after all others were released, when some cannot be; its message names them
 */
export async function releaseExpired(database: Kysely<InventoryTables>): Promise<ReservationId[]> {
  const released: ReservationId[] = [];
  const failed = new Map<ReservationId, unknown>();
  const committed: ReservationId[] = [];
  for (;;) {
    const expired = await findExpired(database, [...committed, ...failed.keys()]);
    if (expired.length === 0) break;
    for (const reservationId of expired) {
      try {
        await release(database, reservationId);
        released.push(reservationId);
      } catch (error) {
        // It was committed in the meantime.
        if (error instanceof ServiceFailure && error.type === 'InvalidState') committed.push(reservationId);
        else if (translateDatabaseError(error) instanceof ServiceFailure) throw error;
        else failed.set(reservationId, error);
      }
    }
  }
  if (failed.size > 0) {
    const names = [...failed.keys()].join(', ');
    throw new AggregateError(failed.values(), `${failed.size} expired reservations could not be released: ${names}`);
  }
  return released;
}

/** @param without those that were not released: however many they are, they keep no other one held */
async function findExpired(
  database: Kysely<InventoryTables>,
  without: readonly ReservationId[],
): Promise<ReservationId[]> {
  const { rows } = await sql<{ reservationId: ReservationId }>`
    select reservation_id as "reservationId" from reservations
    where state = 'active' and expires_at < now() and reservation_id <> all(${without}::text[])
    order by expires_at limit ${batchSize}
  `.execute(database);
  return rows.map(({ reservationId }) => reservationId);
}
