import type { CustomerId } from '../contracts/identifiers.ts';
import type { InputOf } from '../platform/http/contract.ts';
import type { Customer, CustomersClient, customersContract, Purchase } from '../services/customers/contract.ts';
import { callService } from './service-call.ts';

type ChangeBalance = InputOf<typeof customersContract.operations.changeBalance>;

export function createCustomerActivities({ customers }: { readonly customers: CustomersClient }) {
  return {
    async findCustomer(customerId: CustomerId): Promise<Customer> {
      return callService((options) => customers.findCustomer({ customerId }, options));
    },
    /** Changes what a customer owes less their credit, once for each key. */
    async changeBalance(change: ChangeBalance): Promise<void> {
      await callService((options) => customers.changeBalance(change, options));
    },
    async addPurchase(customerId: CustomerId, purchase: Purchase): Promise<void> {
      await callService((options) => customers.addPurchase({ customerId, ...purchase }, options));
    },
  };
}
