import type { CurrencyLimits } from '../contracts/currency-limits.ts';
import type { OrderId, PaymentId, RefundId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import { contentHash } from '../platform/content-hash.ts';
import type { InputOf } from '../platform/http/contract.ts';
import type {
  Cancellation,
  Order,
  OrderRefund,
  OrdersClient,
  ordersContract,
  Publication,
  RecalledRefund,
  RefundState,
} from '../services/orders/contract.ts';
import type { Payment, PaymentsClient, ProviderRefund } from '../services/payments/contract.ts';
import { providerRefundRequestSchema } from '../workflows/provider-refund/contract.ts';
import { contentOf, refundRequestSchema } from '../workflows/refund/contract.ts';
import { refundWorkflowId } from '../workflows/refund/messages.ts';
import { type Recalled, shortened } from './orders.ts';
import { isAboveLimit } from './refund-limits.ts';
import { callService } from './service-call.ts';
import type { Held } from './sweep.ts';

interface Services {
  readonly orders: OrdersClient;
  readonly payments: PaymentsClient;
}

/** What a refund has claimed, and whether the money that it gives back takes two people. */
export type ClaimedRefund = OrderRefund & { readonly takesTwo?: boolean };

/** What the orders and the payments do for refunds: ours, and those that are made at the provider. */
export function createRefundActivities({ orders, payments }: Services, limits: CurrencyLimits = {}) {
  return {
    /**
     * The order of a refund, and what earlier runs have made of the refund's id. It reads the whole request by its schema
     * first, since any Temporal client can start one.
     */
    async recallRefund(request: unknown): Promise<Recalled<RecalledRefund> & { readonly order: Order }> {
      return callService(async (options) => {
        const parsed = parse(refundRequestSchema, request);
        const known = await orders.recallRefund({ refundId: parsed.refundId }, options);
        const order = await orders.findOrder({ orderId: parsed.orderId }, options);
        return { requestHash: contentHash(contentOf(parsed)), known, order };
      });
    },
    async requestRefund(refund: InputOf<typeof ordersContract.operations.requestRefund>): Promise<ClaimedRefund> {
      const claimed = await callService((options) => orders.requestRefund(refund, options));
      return isAboveLimit(claimed.amounts, limits) ? { ...claimed, takesTwo: true } : claimed;
    },
    /** @param amount minor units; the same refund id again gives nothing back twice */
    async refundPayment(paymentId: PaymentId, refundId: string, amount: number): Promise<Payment> {
      return callService((options) => payments.refund({ paymentId, refundId, amount }, options));
    },
    async completeRefund(orderId: OrderId, refundId: RefundId): Promise<RefundState> {
      return callService((options) => orders.completeRefund({ orderId, refundId }, options));
    },
    async cancelRefund(orderId: OrderId, refundId: RefundId, why: Cancellation): Promise<RefundState> {
      const cancellation = shortened(why);
      return callService((options) => orders.cancelRefund({ orderId, refundId, cancellation }, options));
    },
    /** The fact of a completed refund is published: no sweep has to look after it. */
    async recordRefundPublication(refundId: RefundId): Promise<Publication> {
      return callService((options) => orders.recordRefundPublication({ refundId }, options));
    },
    /** What a refund was asked for; `undefined` when it was cancelled, or was requested of a release that kept no request. */
    async recallRefundRequest(refundId: RefundId): Promise<unknown> {
      return callService(async (options) => {
        const { state, request } = await orders.recallRefund({ refundId }, options);
        return state === 'cancelled' ? undefined : refundRequestSchema.safeParse(request).data;
      });
    },
    /** Reads the id by its schema first, since any Temporal client can start the workflow. */
    async findProviderRefund(request: unknown): Promise<ProviderRefund> {
      return callService(async (options) => {
        const { refundId } = parse(providerRefundRequestSchema, request);
        return payments.findProviderRefund({ refundId }, options);
      });
    },
    async recordProviderRefund(
      refund: InputOf<typeof ordersContract.operations.recordProviderRefund>,
    ): Promise<OrderRefund> {
      return callService((options) => orders.recordProviderRefund(refund, options));
    },
  };
}

/** Refunds that are requested, or whose fact is not published. */
export const unfinishedRefunds = ({ orders }: Pick<Services, 'orders'>): Held => ({
  workflowIdOf: refundWorkflowId,
  async list({ after, ...page }, options) {
    const asked = { ...page, ...(after && { after: after as RefundId }) };
    return (await orders.listUnfinishedRefunds(asked, options)).refundIds;
  },
});
