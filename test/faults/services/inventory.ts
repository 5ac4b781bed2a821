import { sumBySku } from '../../../contracts/cart-lines.ts';
import { ServiceFailure } from '../../../contracts/failures.ts';
import type { Sku } from '../../../contracts/identifiers.ts';
import { refusals } from '../../../contracts/refusals.ts';
import { contentHash } from '../../../platform/content-hash.ts';
import type { InputOf } from '../../../platform/http/contract.ts';
import type { inventoryContract, Reservation, StockLines } from '../../../services/inventory/contract.ts';
import { findShortage } from '../../../services/inventory/reservation-lines.ts';

type Reserve = InputOf<typeof inventoryContract.operations.reserve>;
type Lines = Reserve['lines'];

interface Shelf {
  received: number;
  onHand: number;
  reserved: number;
  committed: number;
  restocked: number;
}

interface ReservationRow {
  state: Reservation['state'];
  readonly wasReserved: boolean;
  /** Summed by SKU; none for a tombstone. */
  readonly lines: StockLines;
  /** Milliseconds. */
  expiresAt: number;
}

const received = 1_000;
const expiresInSeconds = 7 * 86_400;

/** The inventory in memory: every product that is asked for has 1,000 pieces, unless a test says otherwise. */
export class FakeInventory {
  readonly stock = new Map<string, Shelf>();
  readonly reservations = new Map<string, ReservationRow>();
  readonly #restocks = new Map<string, string>();

  /** Sets how many pieces of a product have come in. */
  receive(sku: string, quantity: number): void {
    this.stock.set(sku, { received: quantity, onHand: quantity, reserved: 0, committed: 0, restocked: 0 });
  }

  /** @param now milliseconds */
  reserve({ reservationId, lines, expiresInSeconds: seconds = expiresInSeconds }: Reserve, now: number): Reservation {
    const summed = summedLines(lines);
    const expiresAt = now + seconds * 1_000;
    const known = this.reservations.get(reservationId);
    if (known) {
      if (known.state === 'released') throw new ServiceFailure('InvalidState', `${reservationId} was released`);
      if (contentHash(known.lines) !== contentHash(summed))
        throw new ServiceFailure('IdempotencyConflict', `${reservationId} was used before with other lines`);
      if (known.state === 'active') known.expiresAt = Math.max(known.expiresAt, expiresAt);
      return toReservation(reservationId, known);
    }
    const shelves = new Map(summed.map(({ sku }) => [sku, this.#shelf(sku)]));
    const shortage = findShortage(summed, shelves);
    if (shortage)
      throw new ServiceFailure(refusals.OutOfStock, `${shortage.sku} does not suffice`, { facts: shortage });
    for (const { sku, quantity } of summed) this.#shelf(sku).reserved += quantity;
    const row: ReservationRow = { state: 'active', wasReserved: true, lines: summed, expiresAt };
    this.reservations.set(reservationId, row);
    return toReservation(reservationId, row);
  }

  findReservation({ reservationId }: { readonly reservationId: string }): Reservation {
    const row = this.reservations.get(reservationId);
    if (!row) throw new ServiceFailure('NotFound', `there is no reservation ${reservationId}`);
    return toReservation(reservationId, row);
  }

  listActiveReservations({ after = '' }: { readonly after?: string }): { reservationIds: string[] } {
    const active = [...this.reservations].flatMap(([id, { state }]) => (state === 'active' ? [id] : []));
    return { reservationIds: active.filter((reservationId) => reservationId > after).sort() };
  }

  commit({ reservationId }: { readonly reservationId: string }): Reservation {
    const row = this.reservations.get(reservationId);
    if (!row) throw new ServiceFailure('NotFound', `there is no reservation ${reservationId}`);
    if (row.state === 'released') throw new ServiceFailure('InvalidState', `${reservationId} was released`);
    if (row.state === 'active') {
      row.state = 'committed';
      for (const { sku, quantity } of row.lines) {
        const shelf = this.#shelf(sku);
        shelf.reserved -= quantity;
        shelf.onHand -= quantity;
        shelf.committed += quantity;
      }
    }
    return toReservation(reservationId, row);
  }

  release({ reservationId }: { readonly reservationId: string }): Reservation {
    const row = this.reservations.get(reservationId);
    if (!row) {
      const tombstone: ReservationRow = { state: 'released', wasReserved: false, lines: [], expiresAt: 0 };
      this.reservations.set(reservationId, tombstone);
      return toReservation(reservationId, tombstone);
    }
    if (row.state === 'committed') throw new ServiceFailure('InvalidState', `${reservationId} was committed`);
    if (row.state === 'active') {
      row.state = 'released';
      for (const { sku, quantity } of row.lines) this.#shelf(sku).reserved -= quantity;
    }
    return toReservation(reservationId, row);
  }

  restock({ restockId, lines }: { readonly restockId: string; readonly lines: Lines }): { restockId: string } {
    const summed = summedLines(lines);
    const hash = contentHash(summed);
    const known = this.#restocks.get(restockId);
    if (known !== undefined && known !== hash)
      throw new ServiceFailure('IdempotencyConflict', `${restockId} was used before with other lines`);
    if (known === undefined) {
      this.#restocks.set(restockId, hash);
      for (const { sku, quantity } of summed) {
        const shelf = this.#shelf(sku);
        shelf.onHand += quantity;
        shelf.restocked += quantity;
      }
    }
    return { restockId };
  }

  #shelf(sku: string): Shelf {
    if (!this.stock.has(sku)) this.receive(sku, received);
    return this.stock.get(sku) as Shelf;
  }
}

const summedLines = (lines: Lines): StockLines =>
  sumBySku(lines.map(({ sku, quantity }) => ({ sku: sku as Sku, quantity })));

const toReservation = (reservationId: string, { state, wasReserved, expiresAt }: ReservationRow): Reservation => ({
  reservationId: reservationId as Reservation['reservationId'],
  state,
  wasReserved,
  expiresAt: new Date(expiresAt).toISOString(),
});
