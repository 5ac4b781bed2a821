import type { EventData, EventName } from '../../events/contracts/index.ts';

/** Takes a fact in, as `Milestones.record` does. */
export type RecordFact = <Name extends EventName>(name: Name, data: EventData<Name>) => void;

/** What one order leaves in the books, in minor units of US dollars. */
export const paid = 2_160;
export const refunded = 540;

const sale = { currency: 'USD', goods: 2_000, discount: 0, shipping: 0, tax: 160, total: paid } as const;
const givenBack = { currency: 'USD', goods: 500, discount: 0, shipping: 0, tax: 40, total: refunded } as const;

/**
 * Records what happens to one order: it is placed, reserved, paid, completed and refunded in part. The workflow and the
 * check call this same function, so both know the same facts.
 */
export function recordOrder(record: RecordFact, checkoutId: string, number: number): void {
  const orderId = `${checkoutId}-${number}`;
  const order = { checkoutId, orderId, customerId: 'customer-1' };
  const customer = { name: 'Ada Lovelace', email: 'ada@customer.example' };
  const paymentId = `${orderId}-1`;
  record('OrderPlaced', { ...order, amounts: sale, itemCount: 4 });
  record('InventoryReserved', { ...order, reservationId: orderId, itemCount: 4 });
  record('PaymentProcessed', { ...order, paymentId, amounts: sale });
  record('OrderCompleted', { ...order, customer, amounts: sale, itemCount: 4 });
  const refund = { refundId: orderId, paymentId, amounts: givenBack, itemCount: 1, reason: 'one piece came broken' };
  record('OrderRefunded', { ...order, customer, ...refund });
}
