import type { Kysely } from 'kysely';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import { banCustomer, unbanCustomer } from './banning.ts';
import type { customersContract } from './contract.ts';
import * as store from './store.ts';

export function customersHandlers(database: Kysely<unknown>): HttpHandlers<typeof customersContract> {
  return {
    findCustomer: ({ customerId }) => store.findCustomer(database, customerId),
    importCustomers: ({ customers, existing }) => store.importCustomers(database, customers, existing),
    banCustomer: (ban) => banCustomer(database, ban),
    unbanCustomer: (unban) => unbanCustomer(database, unban),
    addPurchase: (purchase) => store.addPurchase(database, purchase),
    listPurchases: async ({ customerId }) => ({ purchases: await store.listPurchases(database, customerId) }),
  };
}
