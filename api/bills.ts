import type { BillClient } from '../client/bill-client.ts';
import type { ServiceClients } from '../client/services.ts';
import type { billOperations } from './bills-contract.ts';
import type { ApiHandlers } from './caller.ts';
import { following, type Within } from './following.ts';

/** The process acts for who calls, by their token; what is entered purchasing answers to that token itself. */
export function billHandlers(
  bills: BillClient,
  { purchasing }: Pick<ServiceClients, 'purchasing'>,
  within: Within,
): ApiHandlers<typeof billOperations> {
  return {
    enterVendorBill: (input, caller) =>
      within(caller, async () => ({ billId: await bills.enter({ ...input, enteredBy: caller.actor.by }) })),
    readVendorBill: ({ billId }, caller) => within(caller, async () => following(bills).read(billId) as never),
    findVendorBill: (input, { call }) => purchasing.findBill(input, call),
    listVendorBills: (input, { call }) => purchasing.listBills(input, call),
    approveVendorBill: ({ billId, ...vote }, caller) =>
      within(caller, () => bills.approveVariance(billId, { ...vote, ...caller.actor })),
    rejectVendorBill: ({ billId, ...rejection }, caller) =>
      within(caller, () => bills.reject(billId, { ...rejection, ...caller.actor })),
    matchVendorBill: ({ billId }, caller) => within(caller, async () => bills.matchAgain(billId) as never),
    payVendorBill: ({ billId, ...payment }, caller) =>
      within(caller, async () => bills.recordPayment(billId, { ...payment, ...caller.actor }) as never),
  };
}
