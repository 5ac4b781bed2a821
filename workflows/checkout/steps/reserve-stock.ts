import { releaseStock, reserveStock as reserve } from '../activities.ts';
import { itemCount, names, type PricedCheckout } from '../open-checkout.ts';

/** Holds the stock of all lines, or of none. Undo: release it. */
export function reserveStock(checkout: PricedCheckout): Promise<void> {
  const { reservationId, quote, progress, saga, milestones } = checkout;
  return progress.step('reserve the stock', async () => {
    saga.register({
      name: 'release the stock',
      run: async () => {
        const { wasReserved } = await releaseStock(reservationId);
        if (wasReserved) milestones.record('InventoryReleased', { ...names(checkout), reservationId });
        return wasReserved;
      },
    });
    await reserve(
      reservationId,
      quote.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    );
    milestones.record('InventoryReserved', { ...names(checkout), reservationId, itemCount: itemCount(checkout) });
  });
}
