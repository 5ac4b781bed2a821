import type { OrderContext } from './entry.ts';

/** Where an order stands by these is the history's own rule (`timeline.ts`). */
export const checkoutEntries = {
  events: [
    'OrderPlaced',
    'InventoryReserved',
    'PaymentProcessed',
    'PaymentFailed',
    'InventoryReleased',
    'OrderCompleted',
    'OrderCancelled',
  ],
} as const satisfies OrderContext;
