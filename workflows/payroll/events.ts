import { z } from 'zod';
import { payrollGroupIdSchema } from '../../contracts/identifiers.ts';
import { currencySchema } from '../../contracts/money.ts';
import { sealedSchema } from '../../contracts/sealed.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

const month = {
  groupId: payrollGroupIdSchema.describe('The group that is paid together.'),
  period: z.string().describe('The month: `2026-02`.'),
  currency: currencySchema.describe('ISO 4217.'),
};

/** What is published of the payroll of a month: totals, which are sealed, as a group may be one person. */
export const payrollEvents = {
  SalaryPosted: {
    type: 'payroll.salary.posted.v1',
    publisher: 'payroll',
    when: 'The salaries of a month are approved and posted: they are owed from now on.',
    data: z.object({
      ...month,
      payslips: z.int().describe('How many.'),
      contentHash: z.string().describe('Of what was approved.'),
      sealed: sealedSchema.describe('The totals, for the ledger alone: `{ gross, withheld, net }` in minor units.'),
    }),
  },
  SalaryPaid: {
    type: 'payroll.salary.paid.v1',
    publisher: 'payroll',
    when: 'The salaries of a month are paid.',
    data: z.object({
      ...month,
      payslips: z.int().describe('How many were paid.'),
      sealed: sealedSchema.describe('The total, for the ledger alone: `{ amount }` in minor units.'),
    }),
  },
} as const satisfies EventContracts;
