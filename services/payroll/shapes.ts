import { z } from 'zod';
import { dateSchema, periodSchema, timeZoneSchema } from '../../contracts/calendar.ts';
import {
  employeeIdSchema,
  payrollCorrectionIdSchema,
  payrollGroupIdSchema,
  payrollRunIdSchema,
  payslipIdSchema,
  personIdSchema,
  recordedInstantSchema,
} from '../../contracts/identifiers.ts';
import { mailAddressSchema } from '../../contracts/mail-address.ts';
import { bookAmountSchema, currencySchema } from '../../contracts/money.ts';
import { atMost } from '../../contracts/texts.ts';

const nameSchema = atMost(z.string().trim().min(1, 'say what it is'), 100, 'a name has at most 100 characters');

const earningSchema = z.strictObject({
  name: nameSchema.describe('What it is: `Salary`.'),
  amount: bookAmountSchema.describe('A month, in minor units.'),
});

export type Earning = z.infer<typeof earningSchema>;

const deductionSchema = z
  .strictObject({
    name: nameSchema.describe('What it is: `Income tax`.'),
    rate: z
      .int('a rate is a whole number of basis points: 1850 is 18.5 %')
      .min(0, 'a rate is at least 0')
      .max(10_000, 'a rate is at most 10000 basis points, which is 100 %')
      .optional()
      .describe('Of what is earned, in basis points.'),
    amount: bookAmountSchema.optional().describe('A month, in minor units, whatever is earned.'),
  })
  .refine(({ rate, amount }) => (rate === undefined) !== (amount === undefined), {
    path: ['rate'],
    error: 'a deduction has either a rate or an amount',
  });

export type Deduction = z.infer<typeof deductionSchema>;

const earningsSchema = z
  .array(earningSchema)
  .min(1, 'name at least one earning')
  .max(50, 'a month has at most 50 earnings');
const deductionsSchema = z.array(deductionSchema).max(50, 'a month has at most 50 deductions');

/** An employee as they are imported. */
export const employeeSchema = z
  .strictObject({
    employeeId: employeeIdSchema,
    groupId: payrollGroupIdSchema.describe('With whom they are paid.'),
    subject: personIdSchema.optional().describe('Whose token reads their payslips. @default the employeeId'),
    name: atMost(z.string().trim().min(1, 'name the employee'), 200, 'a name has at most 200 characters'),
    email: mailAddressSchema,
    currency: currencySchema,
    earnings: earningsSchema,
    deductions: deductionsSchema,
    employedFrom: dateSchema,
    employedUntil: dateSchema.optional().describe('The last day; absent while they are employed.'),
  })
  .refine(({ employedFrom, employedUntil }) => employedUntil === undefined || employedUntil >= employedFrom, {
    path: ['employedUntil'],
    error: 'an employment ends no earlier than it begins',
  });

export type Employee = z.infer<typeof employeeSchema>;

/** A month of a group. */
export const paidMonth = { groupId: payrollGroupIdSchema, period: periodSchema };

/** What a run is opened with. */
export const openedRunSchema = z.strictObject({
  runId: payrollRunIdSchema,
  ...paidMonth,
  currency: currencySchema,
  payDay: dateSchema.describe('The day on which the salaries are paid.'),
  timeZone: timeZoneSchema.default('UTC').describe('Where that day begins.'),
  preparedBy: personIdSchema.describe('Who prepares it, and so approves nothing of it.'),
});

export type OpenedRun = z.output<typeof openedRunSchema>;

const runStates = ['open', 'frozen', 'posted', 'paid', 'cancelled'] as const;

/** What became of the employees of a run. */
export const payrollCountsSchema = z.object({
  payslips: z.int().describe('Employees who have a payslip.'),
  failed: z.int().describe('Employees whose month could not be calculated; each has a reason.'),
  excluded: z.int().describe('Employees who were left out by a person.'),
});

export type PayrollCounts = z.infer<typeof payrollCountsSchema>;

/** What a run comes to, in minor units. */
export const payrollTotalsSchema = z.object({
  gross: z.int(),
  withheld: z.int(),
  net: z.int().describe('`gross - withheld`'),
  payable: z.int().describe('What is paid out: net salaries with what earlier months have left to pay or to recover.'),
});

export type PayrollTotals = z.infer<typeof payrollTotalsSchema>;

export const payrollRunSchema = z.object({
  runId: payrollRunIdSchema,
  ...paidMonth,
  state: z.enum(runStates),
  currency: currencySchema,
  payDay: z.iso.date(),
  payAt: recordedInstantSchema.describe('When the salaries are paid.'),
  authors: z.array(z.string()).describe('Who has prepared it or changed it: they approve nothing of it.'),
  counts: payrollCountsSchema,
  totals: payrollTotalsSchema.optional().describe('Absent until it is frozen.'),
  contentHash: z.string().optional().describe('Of everything that is paid; absent until it is frozen.'),
});

export type PayrollRun = z.infer<typeof payrollRunSchema>;

/** An employee whose month could not be calculated. */
export const payrollFailureSchema = z.object({
  employeeId: employeeIdSchema,
  reason: z.object({ type: z.string().describe('A type of the failure catalogue.'), message: z.string() }),
});

export type PayrollFailure = z.infer<typeof payrollFailureSchema>;

const namedAmountSchema = z.object({ name: z.string(), amount: z.int() });

export const payslipSchema = z.object({
  payslipId: payslipIdSchema,
  runId: payrollRunIdSchema,
  employeeId: employeeIdSchema,
  name: z.string(),
  ...paidMonth,
  state: z.enum(['draft', 'posted', 'paid', 'reversed']),
  currency: currencySchema,
  earnings: z.array(namedAmountSchema),
  deductions: z.array(namedAmountSchema).describe('Each rounded by itself.'),
  gross: z.int(),
  withheld: z.int(),
  net: z.int().describe('`gross - withheld`'),
  carried: z.int().describe('What earlier months have left to pay; below zero: to recover.'),
  payable: z.int().describe('What is paid out.'),
  payDay: z.iso.date(),
  corrects: payslipIdSchema.optional().describe('The payslip that it takes the place of.'),
});

export type Payslip = z.infer<typeof payslipSchema>;

/** A payslip to keep and to print. */
export const payslipDocumentSchema = z.object({
  payslipId: payslipIdSchema,
  name: z.string().describe('What the file may be called.'),
  type: z.literal('application/pdf'),
  content: z
    .string()
    .regex(/^[A-Za-z0-9+/]+={0,2}$/)
    .describe('The file, in Base64.'),
});

export type PayslipDocument = z.infer<typeof payslipDocumentSchema>;

/** What a correction is made of; the same id with other content is a conflict. */
export const correctionDraftSchema = z.strictObject({
  correctionId: payrollCorrectionIdSchema,
  payslipId: payslipIdSchema,
  earnings: earningsSchema.describe('What the month should have earned.'),
  deductions: deductionsSchema.optional().describe('@default those of the payslip'),
  reason: atMost(z.string().trim().min(1, 'say why'), 500, 'a reason has at most 500 characters'),
});

export type CorrectionDraft = z.output<typeof correctionDraftSchema>;

/** A correction without any amount: that stands in the payslips. */
export const correctionSchema = z.object({
  correctionId: payrollCorrectionIdSchema,
  payslipId: payslipIdSchema,
  ...paidMonth,
  state: z.enum(['prepared', 'posted', 'cancelled']),
  authors: z.array(z.string()),
  contentHash: z.string().describe('Of what it makes of the payslip.'),
  replacedBy: payslipIdSchema.optional().describe('The payslip that has taken its place; absent until it is posted.'),
});

export type Correction = z.infer<typeof correctionSchema>;

/** A payment that the bank has sent back. */
export const salaryReturnSchema = z.strictObject({
  payslipId: payslipIdSchema,
  bankReference: atMost(z.string().min(1), 128, 'a reference of a bank has at most 128 characters'),
  reason: atMost(z.string().trim().min(1, 'say why'), 500, 'a reason has at most 500 characters'),
});

/** Who is asked to approve what. */
export const askedApprovalSchema = z.strictObject({
  processId: z
    .string()
    .regex(/^payroll(-correction)?\/[A-Za-z0-9._/-]{1,80}$/)
    .describe('The workflow that waits: `payroll/staff/2026-02`.'),
  version: z.string().max(128).describe('The hash of what is approved.'),
  kind: z.enum(['request', 'reminder', 'escalation']),
  day: z.int().min(0).max(100).describe('Days from the request.'),
  approvers: z
    .array(
      z.strictObject({
        personId: personIdSchema,
        role: z.string().max(64),
        name: z.string().max(200),
        email: mailAddressSchema,
      }),
    )
    .max(200),
});

export type AskedApproval = z.output<typeof askedApprovalSchema>;
