import type { Client } from '@temporalio/client';
import { type CustomerKeepers, exportCustomer } from '../client/customer-export.ts';
import { historyRetention } from '../client/history-retention.ts';
import { UserCheckClient } from '../client/user-check-client.ts';
import type { ApiHandlers } from './caller.ts';
import type { customerOperations } from './customers-contract.ts';
import type { Within } from './following.ts';

/** The accounts are the customers service's, which knows who acts; a check of a copy is a process. */
export const customerHandlers = (
  temporal: Client,
  services: CustomerKeepers,
  within: Within,
): ApiHandlers<typeof customerOperations> => {
  const { customers } = services;
  const checks = new UserCheckClient(temporal);
  return {
    readCustomer: (input, { call }) => customers.findCustomer(input, call),
    listPurchases: (input, { call }) => customers.listPurchases(input, call),
    listBalances: (input, { call }) => customers.listBalances(input, call),
    importCustomers: (input, { call }) => customers.importCustomers(input, call),
    banCustomer: (input, { call }) => customers.banCustomer(input, call),
    unbanCustomer: (input, { call }) => customers.unbanCustomer(input, call),
    eraseCustomer: (input, caller) =>
      within(caller, async () => {
        // First: while Temporal is away nothing is erased, and nothing is promised.
        const keptForSeconds = await historyRetention(temporal);
        const erasure = await customers.eraseCustomer(input, caller.call);
        const historiesUntil = new Date(Date.parse(erasure.erasedAt) + keptForSeconds * 1_000).toISOString();
        return { ...erasure, historiesUntil };
      }),
    exportCustomer: ({ customerId }, { call }) => exportCustomer(services, customerId, call),
    republishAccounts: (input, { call }) => customers.republish(input, call),
    checkCopy: ({ name, service }, caller) =>
      within(caller, async () => ({ checkId: await checks.start(service, name) })),
  };
};
