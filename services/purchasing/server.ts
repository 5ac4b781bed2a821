import type { Kysely } from 'kysely';
import { actorOf } from '../../platform/access/principal.ts';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import { approveOrder, askApprovers } from './approval.ts';
import { acceptBill, matchBill } from './bill-acceptance.ts';
import { enterBill, rejectBill } from './bill-entry.ts';
import { recordBillPayment } from './bill-payment.ts';
import { findBill, listBills } from './bill-store.ts';
import { findBudget, setBudget } from './budgets.ts';
import type { purchasingContract } from './contract.ts';
import { closeOrder, endOrder } from './ending.ts';
import { findOrder, listOrders } from './order-store.ts';
import { receive } from './receipts.ts';
import { releaseBudget, reserveBudget } from './reservations.ts';
import type { PurchasingSettings } from './settings.ts';
import { amendOrder, submitOrder } from './submission.ts';
import { findVendor, importVendors } from './vendors.ts';

export function purchasingHandlers(
  database: Kysely<unknown>,
  { approvalLimits, tolerance }: PurchasingSettings,
): HttpHandlers<typeof purchasingContract> {
  return {
    importVendors: ({ vendors }) => importVendors(database, vendors),
    findVendor: ({ vendorId }) => findVendor(database, vendorId),
    setBudget: (draft) => setBudget(database, draft),
    findBudget: ({ budgetId }) => findBudget(database, budgetId),
    submitOrder: (draft) => submitOrder(database, draft, approvalLimits),
    reserveBudget: (reservation) => reserveBudget(database, reservation),
    releaseBudget: ({ poId }) => releaseBudget(database, poId),
    amendOrder: (amendment) => amendOrder(database, amendment, approvalLimits),
    askApprovers: (asked) => askApprovers(database, asked),
    approveOrder: (given) => approveOrder(database, given),
    endOrder: (end) => endOrder(database, end),
    closeOrder: (close) => closeOrder(database, close),
    receive: (receipt, context) => receive(database, receipt, actorOf(context)),
    findOrder: ({ poId }) => findOrder(database, poId),
    listOrders: async (filter) => ({ orders: await listOrders(database, filter) }),
    enterBill: (draft) => enterBill(database, draft),
    matchBill: ({ billId }) => matchBill(database, billId, tolerance),
    acceptBill: (given) => acceptBill(database, given, tolerance),
    rejectBill: (rejection) => rejectBill(database, rejection),
    recordBillPayment: (payment) => recordBillPayment(database, payment),
    findBill: ({ billId }) => findBill(database, billId),
    listBills: async (filter) => ({ bills: await listBills(database, filter) }),
  };
}
