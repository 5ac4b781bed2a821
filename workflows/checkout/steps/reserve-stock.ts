import type { Undo } from '../../kit/saga.ts';
import { eventIds, itemCount, type PricedCheckout } from '../open-checkout.ts';

/** Holds the stock of all lines, or of none. Undo: release it. */
export function reserveStock(checkout: PricedCheckout): Promise<void> {
  const { reservationId, calls, progress, saga } = checkout;
  return progress.step('reserve the stock', async () => {
    await saga.attempt(releaseTheStock(checkout), () => calls.reserveStock(reservationId, linesOf(checkout)));
    recordReserved(checkout);
  });
}

export function releaseTheStock(checkout: PricedCheckout): Undo {
  const { reservationId, calls } = checkout;
  return {
    name: 'release the stock',
    run: async () => (await calls.releaseStock(reservationId)).wasReserved,
    undone: () => recordReleased(checkout),
  };
}

export function recordReleased(checkout: PricedCheckout): void {
  const { reservationId, milestones } = checkout;
  milestones.recordOnce('InventoryReleased', { ...eventIds(checkout), reservationId });
}

export function recordReserved(checkout: PricedCheckout): void {
  const { reservationId, milestones } = checkout;
  milestones.recordOnce('InventoryReserved', { ...eventIds(checkout), reservationId, itemCount: itemCount(checkout) });
}

/**
 * The reservation ends by itself seven days after it was last made, so that a checkout that was terminated holds no stock for
 * ever; one that is still running after that time has to renew it.
 */
export async function renewReservation(checkout: PricedCheckout): Promise<void> {
  await checkout.calls.keepReservation(checkout.reservationId, linesOf(checkout));
}

const linesOf = ({ quote }: PricedCheckout) => quote.lines.map(({ sku, quantity }) => ({ sku, quantity }));
