import type { ReservationId, RestockId } from '../contracts/identifiers.ts';
import type { InventoryClient, Reservation, StockLines } from '../services/inventory/contract.ts';
import { checkoutWorkflowId } from '../workflows/checkout/messages.ts';
import { callService } from './service-call.ts';
import type { Held } from './sweep.ts';

export function createInventoryActivities({ inventory }: { readonly inventory: InventoryClient }) {
  return {
    async reserveStock(reservationId: ReservationId, lines: StockLines): Promise<Reservation> {
      return callService((options) => inventory.reserve({ reservationId, lines }, options));
    },
    async findReservation(reservationId: ReservationId): Promise<Reservation> {
      return callService((options) => inventory.findReservation({ reservationId }, options));
    },
    async commitStock(reservationId: ReservationId): Promise<Reservation> {
      return callService((options) => inventory.commit({ reservationId }, options));
    },
    async releaseStock(reservationId: ReservationId): Promise<Reservation> {
      return callService((options) => inventory.release({ reservationId }, options));
    },
    async restock(restockId: RestockId, lines: StockLines): Promise<void> {
      await callService((options) => inventory.restock({ restockId, lines }, options));
    },
  };
}

/** Reservations that hold stock. */
export const activeReservations = ({ inventory }: { readonly inventory: InventoryClient }): Held => ({
  workflowIdOf: checkoutWorkflowId,
  async list({ after, ...page }, options) {
    const asked = { ...page, ...(after && { after: after as ReservationId }) };
    return (await inventory.listActiveReservations(asked, options)).reservationIds;
  },
});
