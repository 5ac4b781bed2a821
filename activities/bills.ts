import type { Approval } from '../contracts/approvals.ts';
import type { BillId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import type { PurchasingClient } from '../services/purchasing/contract.ts';
import { billRequestSchema, type EnteredBill, type Payment, paymentSchema } from '../workflows/bill/contract.ts';
import type { PurchaseOrderActivities } from './purchase-orders.ts';
import { callService } from './service-call.ts';

/** What a bill calls beside `findDecider`, which purchase orders have as well. */
export function createBillActivities({ purchasing }: { readonly purchasing: PurchasingClient }) {
  return {
    /** It reads the whole request by its schema first, since any Temporal client can start the workflow. */
    async enterBill(request: unknown): Promise<EnteredBill> {
      return callService(async (options) =>
        entered(await purchasing.enterBill(parse(billRequestSchema, request), options)),
      );
    },
    async matchBill(billId: BillId): Promise<EnteredBill> {
      return entered(await callService((options) => purchasing.matchBill({ billId }, options)));
    },
    async acceptBill(billId: BillId, approvals: readonly Approval[]): Promise<EnteredBill> {
      const given = { billId, approvals: [...approvals] };
      return entered(await callService((options) => purchasing.acceptBill(given, options)));
    },
    /** @returns whether it was entered */
    async rejectBill(billId: BillId, reason: string): Promise<boolean> {
      const { bill } = await callService((options) => purchasing.rejectBill({ billId, reason }, options));
      return bill !== undefined;
    },
    async recordBillPayment(billId: BillId, payment: Payment): Promise<EnteredBill> {
      return callService(async (options) => {
        const { bankReference, amount, by } = parse(paymentSchema, payment);
        return entered(await purchasing.recordBillPayment({ billId, bankReference, amount, by }, options));
      });
    },
  };
}

export type BillActivities = ReturnType<typeof createBillActivities> & Pick<PurchaseOrderActivities, 'findDecider'>;

const entered = (bill: EnteredBill): EnteredBill => {
  const { billId, number, poNumber, state, amounts, open, dueDate, enteredBy, mismatches, version, reason } = bill;
  return { billId, number, poNumber, state, amounts, open, dueDate, enteredBy, mismatches, version, reason };
};
