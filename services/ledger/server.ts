import type { Kysely } from 'kysely';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import type { ledgerContract } from './contract.ts';
import * as store from './store.ts';
import { totalsOf } from './totals.ts';

export function ledgerHandlers(database: Kysely<store.LedgerTables>): HttpHandlers<typeof ledgerContract> {
  return {
    trialBalance: async ({ currency }) => {
      const accounts = await store.trialBalance(database, currency);
      return { accounts, totals: totalsOf(accounts) };
    },
    listJournals: async (filter) => ({ journals: await store.listJournals(database, filter) }),
    accountStatement: (filter) => store.accountStatement(database, filter),
    balancesByCheckout: async (filter) => ({ balances: await store.balancesByCheckout(database, filter) }),
    completeness: () => store.completeness(database),
  };
}
