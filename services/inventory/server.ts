import type { Kysely } from 'kysely';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import type { Background } from '../../platform/http/service.ts';
import type { Logger } from '../../platform/logging.ts';
import { listActiveReservations } from './active-reservations.ts';
import type { inventoryContract } from './contract.ts';
import { releaseExpired } from './expiry.ts';
import { receiveStock } from './receiving.ts';
import { restock } from './restocking.ts';
import * as store from './store.ts';

export function inventoryHandlers(database: Kysely<store.InventoryTables>): HttpHandlers<typeof inventoryContract> {
  return {
    listStock: async ({ sku }) => ({ stock: await store.listStock(database, sku) }),
    receiveStock: async (receipt) => {
      await receiveStock(database, receipt);
      return { receiptId: receipt.receiptId };
    },
    reserve: ({ reservationId, lines, expiresInSeconds }) =>
      store.reserve(database, reservationId, lines, expiresInSeconds),
    findReservation: ({ reservationId }) => store.findReservation(database, reservationId),
    listActiveReservations: async (filter) => ({
      reservationIds: await listActiveReservations(database, filter),
    }),
    commit: ({ reservationId }) => store.commit(database, reservationId),
    release: ({ reservationId }) => store.release(database, reservationId),
    restock: async ({ restockId, lines }) => {
      await restock(database, restockId, lines);
      return { restockId };
    },
  };
}

/**
 * Releases the reservations whose time is over, at an interval of five minutes. A checkout that waited for the inventory to
 * come back retries its commit every minute, so it is served first.
 *
 * @param intervalMs how long after the start, and after each time, in milliseconds
 */
export function expireReservations(
  database: Kysely<store.InventoryTables>,
  logger: Logger,
  intervalMs: number,
): Background {
  let run = Promise.resolve();
  const timer = setInterval(() => {
    run = run
      .then(() => releaseExpired(database))
      .then((released) => {
        if (released.length > 0) logger.warn({ released }, 'reservations have expired');
      })
      .catch((error: unknown) => logger.error({ err: error }, 'expired reservations could not be released'));
  }, intervalMs);
  return {
    async stop() {
      clearInterval(timer);
      await run;
    },
  };
}
