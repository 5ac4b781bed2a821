import type { Kysely } from 'kysely';
import { subjectNamed } from '../../contracts/subject.ts';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import type { ledgerContract } from './contract.ts';
import * as store from './store.ts';
import { totalsOf } from './totals.ts';
import { verifyChain } from './verification.ts';

export function ledgerHandlers(database: Kysely<store.LedgerTables>): HttpHandlers<typeof ledgerContract> {
  return {
    trialBalance: async ({ currency }) => {
      const accounts = await store.trialBalance(database, currency);
      return { accounts, totals: totalsOf(accounts) };
    },
    listJournals: async ({ subject, limit }) => ({
      journals: await store.listJournals(database, {
        subject: subject === undefined ? undefined : subjectNamed(subject),
        limit,
      }),
    }),
    accountStatement: (filter) => store.accountStatement(database, filter),
    balancesBySubject: async (filter) => ({ balances: await store.balancesBySubject(database, filter) }),
    listSubjectBalances: (page) => store.listSubjectBalances(database, page),
    verifyChain: (page) => verifyChain(database, page),
    completeness: () => store.completeness(database),
  };
}
