import { type CustomerKeepers, exportCustomer } from '../client/customer-export.ts';
import type { UserCheckClient } from '../client/user-check-client.ts';
import type { ApiHandlers } from './caller.ts';
import type { customerOperations } from './customers-contract.ts';
import type { Within } from './following.ts';

/** The accounts are the customers service's, which knows who acts; a check of a copy is a process. */
export const customerHandlers = (
  checks: UserCheckClient,
  services: CustomerKeepers,
  within: Within,
): ApiHandlers<typeof customerOperations> => {
  const { customers } = services;
  return {
    readCustomer: (input, { call }) => customers.findCustomer(input, call),
    listPurchases: (input, { call }) => customers.listPurchases(input, call),
    listBalances: (input, { call }) => customers.listBalances(input, call),
    importCustomers: (input, { call }) => customers.importCustomers(input, call),
    banCustomer: (input, { call }) => customers.banCustomer(input, call),
    unbanCustomer: (input, { call }) => customers.unbanCustomer(input, call),
    eraseCustomer: (input, { call }) => customers.eraseCustomer(input, call),
    exportCustomer: ({ customerId }, { call }) => exportCustomer(services, customerId, call),
    republishAccounts: (input, { call }) => customers.republish(input, call),
    checkCopy: ({ name, service }, caller) =>
      within(caller, async () => ({ checkId: await checks.start(service, name) })),
  };
};
