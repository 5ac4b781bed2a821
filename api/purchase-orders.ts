import type { PurchaseOrderClient } from '../client/purchase-order-client.ts';
import type { ServiceClients } from '../client/services.ts';
import type { ApiHandlers } from './caller.ts';
import { following, type Within } from './following.ts';
import type { purchaseOrderOperations } from './purchase-orders-contract.ts';

/** The process acts for who calls, by their token; what is approved purchasing answers to that token itself. */
export function purchaseOrderHandlers(
  orders: PurchaseOrderClient,
  { purchasing }: Pick<ServiceClients, 'purchasing'>,
  within: Within,
): ApiHandlers<typeof purchaseOrderOperations> {
  return {
    submitPurchaseOrder: (input, caller) =>
      within(caller, async () => ({ poId: await orders.submit({ ...input, requester: caller.actor.by }) })),
    readPurchaseOrder: ({ poId }, caller) => within(caller, async () => following(orders).read(poId) as never),
    findPurchaseOrder: (input, { call }) => purchasing.findOrder(input, call),
    listPurchaseOrders: (input, { call }) => purchasing.listOrders(input, call),
    amendPurchaseOrder: ({ poId, ...amendment }, caller) =>
      within(caller, async () => orders.amend(poId, { ...amendment, ...caller.actor }) as never),
    approvePurchaseOrder: ({ poId, ...vote }, caller) =>
      within(caller, async () => orders.approve(poId, { ...vote, ...caller.actor }) as never),
    rejectPurchaseOrder: ({ poId, ...vote }, caller) =>
      within(caller, () => orders.reject(poId, { ...vote, ...caller.actor })),
    withdrawPurchaseOrder: ({ poId, ...vote }, caller) =>
      within(caller, async () => orders.withdraw(poId, { ...vote, ...caller.actor }) as never),
    closePurchaseOrder: (input, { call }) => purchasing.closeOrder(input, call),
  };
}
