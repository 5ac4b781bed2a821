import { formatMoney } from '../contracts/currency.ts';
import type { AuditedEquation } from '../ops/audit/books.ts';
import type { OutputOf } from '../platform/http/contract.ts';
import { table } from '../platform/table.ts';
import type { ledgerContract } from '../services/ledger/contract.ts';
import type { Outcome } from './outcome.ts';

type TrialBalance = OutputOf<typeof ledgerContract.operations.trialBalance>;

/** One line for each checkout. */
export function describeOutcomes(outcomes: readonly Outcome[]): string {
  return table(
    ['', 'checkout', 'outcome', 'total', 'undone', 'events', 'journals', 'mails', ''],
    outcomes.map(({ title, result, events, journals, mails, surprises }) => [
      surprises.length === 0 ? '✓' : '✗',
      title,
      result.reason ? `${result.outcome}: ${result.reason.type}` : result.outcome,
      result.amounts ? formatMoney(result.amounts.total, result.amounts.currency) : '',
      result.undone.join(', ') || '–',
      events,
      journals,
      mails,
      surprises.join('; '),
    ]),
  );
}

/** What came of one scenario of the back office. */
export interface BackOfficeOutcome {
  readonly title: string;
  readonly isAsExpected: boolean;
  readonly came: string;
}

/** One line for each scenario of the back office. */
export const describeBackOffice = (outcomes: readonly BackOfficeOutcome[]): string =>
  table(
    ['', 'back office', 'what came of it'],
    outcomes.map(({ title, isAsExpected, came }) => [isAsExpected ? '✓' : '✗', title, came]),
  );

export function describeTrialBalance(accounts: TrialBalance['accounts'], totals: TrialBalance['totals']): string {
  return table(
    ['account', '', 'debits', 'credits'],
    [
      ...accounts.map(({ account, name, currency, debits, credits }) => [
        account,
        name,
        formatMoney(debits, currency),
        formatMoney(credits, currency),
      ]),
      ...totals.map(({ currency, debits, credits }) => [
        '',
        'total',
        formatMoney(debits, currency),
        formatMoney(credits, currency),
      ]),
    ],
  );
}

export function describeAudit(audit: readonly AuditedEquation[]): string {
  return table(
    ['', 'equation', 'left', 'right'],
    audit.map(({ name, left, right, holds }) => [holds ? '✓' : '✗', name, left, right]),
  );
}
