import { shorten } from '../contracts/foreign-text.ts';
import type { OrderId, PaymentId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import { contentHash } from '../platform/content-hash.ts';
import type { InputOf } from '../platform/http/contract.ts';
import {
  type Cancellation,
  longestMessage,
  type OrderState,
  type OrdersClient,
  type ordersContract,
  type Publication,
  type RecalledOrder,
} from '../services/orders/contract.ts';
import { checkoutRequestSchema } from '../workflows/checkout/contract.ts';
import { checkoutWorkflowId } from '../workflows/checkout/messages.ts';
import { callService } from './service-call.ts';
import type { Held } from './sweep.ts';

/** What is known of an id before its process does anything, and the hash that tells its request from another one. */
export interface Recalled<Known> {
  readonly requestHash: string;
  readonly known: Known;
}

export function createOrderActivities({ orders }: { readonly orders: OrdersClient }) {
  return {
    /**
     * What earlier runs have made of a checkout's id: the orders remember it for longer than Temporal does. It reads the
     * whole request by its schema first, since any Temporal client can start a checkout.
     */
    async recallCheckout(request: unknown): Promise<Recalled<RecalledOrder>> {
      return callService(async (options) => {
        const parsed = parse(checkoutRequestSchema, request);
        const orderId = parsed.checkoutId as string as OrderId;
        return { requestHash: contentHash(parsed), known: await orders.recallOrder({ orderId }, options) };
      });
    },
    async recallOrder(orderId: OrderId): Promise<RecalledOrder> {
      return callService((options) => orders.recallOrder({ orderId }, options));
    },
    async placeOrder(order: InputOf<typeof ordersContract.operations.placeOrder>): Promise<OrderState> {
      return callService((options) => orders.placeOrder(order, options));
    },
    /** @param paymentId what was captured; null for an order of nothing */
    async completeOrder(orderId: OrderId, paymentId: PaymentId | null): Promise<OrderState> {
      return callService((options) => orders.completeOrder({ orderId, ...(paymentId && { paymentId }) }, options));
    },
    async cancelOrder(orderId: OrderId, why: Cancellation): Promise<OrderState> {
      const cancellation = shortened(why);
      const reason = cancellation.type;
      return callService((options) => orders.cancelOrder({ orderId, reason, cancellation }, options));
    },
    /** The facts of an order that has ended are published: no sweep has to look after them. */
    async recordOrderPublication(orderId: OrderId): Promise<Publication> {
      return callService((options) => orders.recordOrderPublication({ orderId }, options));
    },
  };
}

/** Orders that are pending, or whose facts are not published. */
export const unfinishedOrders = ({ orders }: { readonly orders: OrdersClient }): Held => ({
  workflowIdOf: checkoutWorkflowId,
  async list({ after, ...page }, options) {
    const asked = { ...page, ...(after && { after: after as OrderId }) };
    return (await orders.listUnfinishedOrders(asked, options)).orderIds;
  },
});

/** A text of another system may be of any length; an undo must not fail for that. */
export const shortened = ({ message, ...cancellation }: Cancellation): Cancellation => ({
  ...cancellation,
  message: shorten(message, longestMessage),
});
