import type { Kysely } from 'kysely';
import { checksumsOf } from '../../events/consuming/read-copy.ts';
import { actorOf } from '../../platform/access/principal.ts';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import { changeBalance, listBalances } from './balance.ts';
import { banCustomer, findBans, unbanCustomer } from './banning.ts';
import type { customersContract } from './contract.ts';
import { eraseCustomer } from './erasure.ts';
import * as store from './store.ts';
import { listUsers, republish, users } from './users.ts';

export function customersHandlers(database: Kysely<unknown>): HttpHandlers<typeof customersContract> {
  return {
    findCustomer: ({ customerId }) => store.findCustomer(database, customerId),
    importCustomers: ({ customers, existing }) => store.importCustomers(database, customers, existing),
    banCustomer: (ban) => banCustomer(database, ban),
    unbanCustomer: (unban) => unbanCustomer(database, unban),
    findBans: ({ customerId }) => findBans(database, customerId),
    eraseCustomer: ({ customerId }, context) => eraseCustomer(database, customerId, actorOf(context)),
    listUsers: async (page) => ({ users: await listUsers(database, page) }),
    republish: ({ customerIds }) => republish(database, customerIds),
    checksums: async () => ({ buckets: await checksumsOf(database, users) }),
    changeBalance: (change) => changeBalance(database, change),
    listBalances: async ({ customerId }) => {
      await store.findCustomer(database, customerId);
      return { balances: await listBalances(database, customerId) };
    },
    addPurchase: (purchase) => store.addPurchase(database, purchase),
    listPurchases: async ({ customerId }) => ({ purchases: await store.listPurchases(database, customerId) }),
  };
}
