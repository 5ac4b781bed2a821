import type { Currency } from '../../../contracts/currency.ts';
import {
  type SalaryTotals,
  salaryPaymentSchema,
  salaryReversalSchema,
  salaryTotalsSchema,
} from '../../../contracts/sealed-salaries.ts';
import { accounts } from '../accounts.ts';
import { type JournalDraft, linesOf, type Postings } from './posting.ts';

/** What salaries post. How much stands sealed in the events, and opened beside them. */
export const payrollPostings = {
  SalaryPosted: ({ data }, opened) => [
    salaryJournal('salary', data, salaryTotalsSchema.parse(opened), { gross: 'debit', rest: 'credit' }),
  ],
  SalaryPaid: ({ data }, opened) => [
    paymentJournal('salary-payment', data, opened, { netPay: 'debit', cash: 'credit' }),
  ],
  SalaryReturned: ({ data }, opened) => [
    paymentJournal('salary-return', data, opened, { netPay: 'credit', cash: 'debit' }),
  ],
  // What was posted is taken back to the last cent, and the corrected payslip is posted beside it.
  SalaryReversed({ data }, opened) {
    const { reversed, replacement } = salaryReversalSchema.parse(opened);
    const contra = salaryJournal('salary-reversal', data, reversed, { gross: 'credit', rest: 'debit' });
    if (replacement.gross === 0) return [contra];
    return [contra, salaryJournal('salary-correction', data, replacement, { gross: 'debit', rest: 'credit' })];
  },
} satisfies Postings;

interface Month {
  readonly groupId: string;
  readonly period: string;
  readonly currency: Currency;
}

type Side = 'debit' | 'credit';

/** The month of a group, never a person. */
const subjectOf = ({ groupId, period }: Month) => ({ kind: 'payroll', id: `${groupId}.${period}` });

function salaryJournal(
  kind: string,
  month: Month,
  { gross, withheld, net }: SalaryTotals,
  sides: { readonly gross: Side; readonly rest: Side },
): JournalDraft {
  requireSome(gross);
  return {
    kind,
    subject: subjectOf(month),
    lines: linesOf(month.currency, [
      [sides.gross, accounts.grossSalaries, gross],
      [sides.rest, accounts.withholding, withheld],
      [sides.rest, accounts.netPay, net],
    ]),
  };
}

function paymentJournal(
  kind: string,
  month: Month,
  opened: unknown,
  sides: { readonly netPay: Side; readonly cash: Side },
): JournalDraft {
  const { amount } = salaryPaymentSchema.parse(opened);
  requireSome(amount);
  return {
    kind,
    subject: subjectOf(month),
    lines: linesOf(month.currency, [
      [sides.netPay, accounts.netPay, amount],
      [sides.cash, accounts.cash, amount],
    ]),
  };
}

function requireSome(amount: number): void {
  if (amount === 0) throw new RangeError('a salary is of more than nothing');
}
