import type { CustomerId } from '../contracts/identifiers.ts';
import type { Customer, CustomersClient, Purchase } from '../services/customers/contract.ts';
import { callService } from './service-call.ts';

export function createCustomerActivities({ customers }: { readonly customers: CustomersClient }) {
  return {
    async findCustomer(customerId: CustomerId): Promise<Customer> {
      return callService((options) => customers.findCustomer({ customerId }, options));
    },
    async addPurchase(customerId: CustomerId, purchase: Purchase): Promise<void> {
      await callService((options) => customers.addPurchase({ customerId, ...purchase }, options));
    },
  };
}
