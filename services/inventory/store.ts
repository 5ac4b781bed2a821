import { type Kysely, sql, type Transaction } from 'kysely';
import { sumBySku } from '../../contracts/cart-lines.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { ReservationId, Sku } from '../../contracts/identifiers.ts';
import { refusals } from '../../contracts/refusals.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { Reservation, Stock, StockLines } from './contract.ts';
import { findShortage } from './reservation-lines.ts';

export interface InventoryTables {
  stock: { sku: Sku; received: number; restocked: number; on_hand: number; reserved: number; committed: number };
}

type Database = Kysely<InventoryTables>;

interface ReservationRow extends Reservation {
  readonly contentHash: string | null;
}

const reservationColumns = sql.raw(
  'reservation_id as "reservationId", state, was_reserved as "wasReserved", expires_at as "expiresAt", content_hash as "contentHash"',
);

/** @throws {ServiceFailure} `UnknownProduct` when one SKU is asked for that was never received */
export async function listStock(database: Database, sku?: Sku): Promise<Stock[]> {
  const rows = await database
    .selectFrom('stock')
    .select(['sku', 'received', 'restocked', 'on_hand as onHand', 'reserved', 'committed'])
    .$if(sku !== undefined, (query) => query.where('sku', '=', sku as Sku))
    .orderBy('sku')
    .execute();
  if (sku !== undefined && rows.length === 0) throw unknownProduct(sku);
  return rows;
}

/**
 * Holds all lines or none, in one transaction with the rows locked in the order of their SKUs. The same again while it is
 * active extends the reservation, and never shortens it.
 *
 * @throws {ServiceFailure} `OutOfStock`, `UnknownProduct`; `IdempotencyConflict` when the id was used with other lines;
 * `InvalidState` when the reservation was released before
 */
export async function reserve(
  database: Database,
  reservationId: ReservationId,
  lines: StockLines,
  expiresInSeconds: number,
): Promise<Reservation> {
  const summed = sumBySku(lines);
  const hash = contentHash(summed);
  return database.transaction().execute(async (transaction) => {
    const inserted = await sql<ReservationRow>`
      insert into reservations (reservation_id, state, content_hash, was_reserved, expires_at)
      values (${reservationId}, 'active', ${hash}, true, now() + make_interval(secs => ${expiresInSeconds}))
      on conflict do nothing
      returning ${reservationColumns}
    `.execute(transaction);
    const created = inserted.rows[0];
    if (!created) {
      refuseOther(await lockReservation(transaction, reservationId), reservationId, hash);
      return extend(transaction, reservationId, expiresInSeconds);
    }

    const { rows } = await sql<{ sku: Sku; onHand: number; reserved: number }>`
      select sku, on_hand as "onHand", reserved from stock
      where sku = any(${summed.map(({ sku }) => sku)}) order by sku for update
    `.execute(transaction);
    const shelves = new Map(rows.map((row) => [row.sku, row]));
    const unknown = summed.find(({ sku }) => !shelves.has(sku));
    if (unknown) throw unknownProduct(unknown.sku);
    const shortage = findShortage(summed, shelves);
    if (shortage) {
      throw new ServiceFailure(
        refusals.OutOfStock,
        `${shortage.requested} of ${shortage.sku} were asked for, ${shortage.available} are available`,
        { facts: shortage },
      );
    }
    await sql`
      with lines as (
        insert into reservation_lines (reservation_id, sku, quantity)
        select ${reservationId}, sku, quantity from ${stockRows(summed)}
        returning sku, quantity
      )
      update stock set reserved = stock.reserved + lines.quantity from lines where stock.sku = lines.sku
    `.execute(transaction);
    return toReservation(created);
  });
}

function refuseOther(row: ReservationRow | undefined, reservationId: ReservationId, hash: string): void {
  if (!row) throw new ServiceFailure('InProgress', `${reservationId} is being changed by another call`);
  if (row.state === 'released') {
    throw new ServiceFailure('InvalidState', `the reservation ${reservationId} was released; it cannot be made again`);
  }
  if (row.contentHash !== hash) throw conflict('reservationId', reservationId);
}

async function extend(
  transaction: Transaction<InventoryTables>,
  reservationId: ReservationId,
  expiresInSeconds: number,
): Promise<Reservation> {
  await sql`
    update reservations set expires_at = greatest(expires_at, now() + make_interval(secs => ${expiresInSeconds}))
    where reservation_id = ${reservationId} and state = 'active'
  `.execute(transaction);
  return findReservation(transaction, reservationId);
}

/** @throws {ServiceFailure} `NotFound` */
export async function findReservation(database: Database, reservationId: ReservationId): Promise<Reservation> {
  const { rows } = await sql<ReservationRow>`
    select ${reservationColumns} from reservations where reservation_id = ${reservationId}
  `.execute(database);
  if (!rows[0]) throw notFound(reservationId);
  return toReservation(rows[0]);
}

/** @throws {ServiceFailure} `NotFound`; `InvalidState` when the reservation was released */
export async function commit(database: Database, reservationId: ReservationId): Promise<Reservation> {
  return database.transaction().execute(async (transaction) => {
    const row = await lockReservation(transaction, reservationId);
    if (!row) throw notFound(reservationId);
    if (row.state === 'released') {
      throw new ServiceFailure('InvalidState', `the reservation ${reservationId} was released; it cannot be committed`);
    }
    if (row.state === 'committed') return toReservation(row);
    return end(transaction, reservationId, 'committed');
  });
}

/** @throws {ServiceFailure} `InvalidState` when the reservation was committed: the pieces have left the shelf */
export async function release(database: Database, reservationId: ReservationId): Promise<Reservation> {
  return database.transaction().execute(async (transaction) => {
    const tombstone = await sql<ReservationRow>`
      insert into reservations (reservation_id, state, was_reserved, expires_at, ended_at)
      values (${reservationId}, 'released', false, now(), now())
      on conflict do nothing
      returning ${reservationColumns}
    `.execute(transaction);
    const row = tombstone.rows[0] ?? (await lockReservation(transaction, reservationId));
    if (!row) throw new ServiceFailure('InProgress', `${reservationId} is being changed by another call`);
    if (row.state === 'committed') {
      throw new ServiceFailure('InvalidState', `the reservation ${reservationId} was committed; its pieces have left`);
    }
    if (row.state === 'released') return toReservation(row);
    return end(transaction, reservationId, 'released');
  });
}

async function lockReservation(
  transaction: Transaction<InventoryTables>,
  reservationId: ReservationId,
): Promise<ReservationRow | undefined> {
  const { rows } = await sql<ReservationRow>`
    select ${reservationColumns} from reservations where reservation_id = ${reservationId} for update
  `.execute(transaction);
  return rows[0];
}

async function end(
  transaction: Transaction<InventoryTables>,
  reservationId: ReservationId,
  state: 'committed' | 'released',
): Promise<Reservation> {
  await sql`
    with lines as (
      select stock.sku, quantity from reservation_lines join stock using (sku)
      where reservation_id = ${reservationId} order by stock.sku for update of stock
    )
    update stock set
      reserved = stock.reserved - lines.quantity,
      on_hand = stock.on_hand - case when ${state} = 'committed' then lines.quantity else 0 end,
      committed = stock.committed + case when ${state} = 'committed' then lines.quantity else 0 end
    from lines where stock.sku = lines.sku
  `.execute(transaction);
  const { rows } = await sql<ReservationRow>`
    update reservations set state = ${state}, ended_at = now() where reservation_id = ${reservationId}
    returning ${reservationColumns}
  `.execute(transaction);
  if (!rows[0]) throw notFound(reservationId);
  return toReservation(rows[0]);
}

const toReservation = ({ contentHash: _, ...reservation }: ReservationRow): Reservation => reservation;

export const stockRows = (lines: readonly { sku: Sku; quantity: number }[]) =>
  sql`unnest(${lines.map(({ sku }) => sku)}::text[], ${lines.map(({ quantity }) => quantity)}::bigint[]) as line (sku, quantity)`;

const notFound = (reservationId: ReservationId) =>
  new ServiceFailure('NotFound', `there is no reservation ${reservationId}`);

export const unknownProduct = (sku: Sku) =>
  new ServiceFailure(refusals.UnknownProduct, `the inventory has no product ${sku}`, { facts: { sku } });

export const conflict = (field: 'receiptId' | 'reservationId' | 'restockId', id: string) =>
  new ServiceFailure('IdempotencyConflict', `${id} was used before with other lines; choose a new ${field}`, { field });
