import { z } from 'zod';
import { bookAmountSchema } from './money.ts';

/** What the salaries of a month, or of one payslip, come to. It is sealed in every message: a group may be one person. */
export const salaryTotalsSchema = z.strictObject({
  gross: bookAmountSchema,
  withheld: bookAmountSchema,
  net: bookAmountSchema,
});

export type SalaryTotals = z.infer<typeof salaryTotalsSchema>;

/** What was paid, or came back. */
export const salaryPaymentSchema = z.strictObject({ amount: bookAmountSchema });

/** A payslip that was taken back, and the one that takes its place. */
export const salaryReversalSchema = z.strictObject({ reversed: salaryTotalsSchema, replacement: salaryTotalsSchema });

/** Whom a payslip is mailed to. */
export const payslipRecipientSchema = z.strictObject({ name: z.string(), email: z.string() });
