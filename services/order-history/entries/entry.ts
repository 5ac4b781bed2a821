import type { CheckoutId, CustomerId, OrderId } from '../../../contracts/identifiers.ts';
import type { EventName } from '../../../events/contracts/index.ts';
import type { Facts, OrderSummary } from '../contract.ts';

/** What one event tells of one order. */
export interface Entry {
  readonly eventId: string;
  readonly orderId: OrderId;
  readonly checkoutId: CheckoutId;
  readonly customerId?: CustomerId | undefined;
  readonly event: EventName;
  readonly sequence: number;
  /** ISO 8601 in UTC. */
  readonly occurredAt: string;
  readonly facts: Facts;
}

/** What a publishing context tells of orders. */
export interface OrderContext {
  readonly events: readonly EventName[];
  /**
   * What its events say of where an order stands, beside what the checkout's say.
   *
   * @param entries those of one order
   * @param amounts what the order costs, as far as it is known
   */
  readonly summarize?: (entries: readonly Entry[], amounts: OrderSummary['amounts']) => Partial<OrderSummary>;
}
