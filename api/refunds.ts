import type { RefundClient } from '../client/refund-client.ts';
import { ServiceFailure } from '../contracts/failures.ts';
import type { OrderId, RefundId } from '../contracts/identifiers.ts';
import type { OrdersClient } from '../services/orders/contract.ts';
import type { RefundResult, RefundStatus } from '../workflows/refund/contract.ts';
import type { ApiHandlers, Caller } from './caller.ts';
import { following, unlessForgotten, type Within } from './following.ts';
import type { refundOperations } from './refunds-contract.ts';

/** The shop gives back; customers see what is given back to them. */
export function refundHandlers(
  refunds: RefundClient,
  orders: Pick<OrdersClient, 'recallOrder'>,
  within: Within,
): ApiHandlers<typeof refundOperations> {
  const { read, watch, result } = following<RefundId, RefundStatus, RefundResult>(refunds);

  const isOwn = async (orderId: OrderId, { customerId, call }: Caller): Promise<boolean> =>
    customerId === undefined || (await orders.recallOrder({ orderId }, call)).order?.customerId === customerId;
  /** @throws {ServiceFailure} `NotFound` for a refund of another customer, as for one that there is not */
  const readOwn = async (refundId: RefundId, caller: Caller) => {
    const status = await read(refundId);
    if (await isOwn(status.orderId, caller)) return status;
    throw new ServiceFailure('NotFound', `there is no refund ${refundId}`, { field: 'refundId' });
  };

  return {
    requestRefund: (request, caller) =>
      within(caller, async () => {
        const { refundId, orderId } = request;
        const { by: subject, issuer } = caller.actor;
        await refunds.startRefund({ ...request, requestedBy: { subject, issuer } });
        await refunds.requireNotCutOff(refundId).catch(unlessForgotten);
        return { refundId, orderId };
      }),
    readRefund: ({ refundId }, caller) => within(caller, () => readOwn(refundId, caller)),
    watchRefund: async ({ refundId }, caller) =>
      watch(refundId, await within(caller, () => readOwn(refundId, caller)), caller),
    readRefundResult: ({ refundId }, caller) =>
      within(caller, async () => {
        await readOwn(refundId, caller);
        return result(refundId);
      }),
    listRefunds: ({ orderId, limit, after }, caller) =>
      within(caller, async () => {
        if (!(await isOwn(orderId, caller))) {
          throw new ServiceFailure('NotFound', `there is no order ${orderId}`, { field: 'orderId' });
        }
        const { rows, next } = await refunds.page({ orderId, limit, after });
        return { refunds: rows as never, next };
      }),
  };
}
