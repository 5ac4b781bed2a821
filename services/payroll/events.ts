import { z } from 'zod';
import { payrollCorrectionIdSchema, payrollGroupIdSchema, payslipIdSchema } from '../../contracts/identifiers.ts';
import { currencySchema } from '../../contracts/money.ts';
import { sealedSchema } from '../../contracts/sealed.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

const month = {
  groupId: payrollGroupIdSchema.describe('The group that is paid together.'),
  period: z.string().describe('The month: `2026-02`.'),
};

/** What the payroll service states of single payslips, and what it has others do. Nothing says who, or how much. */
export const payrollServiceEvents = {
  SalaryReturned: {
    type: 'payroll.salary.returned.v1',
    publisher: 'payroll',
    when: 'The bank has sent back what was paid on a payslip: it is owed again.',
    data: z.object({
      payslipId: payslipIdSchema.describe('The payslip.'),
      ...month,
      currency: currencySchema.describe('ISO 4217.'),
      sealed: sealedSchema.describe('How much, for the ledger alone: `{ amount }` in minor units.'),
    }),
  },
  SalaryReversed: {
    type: 'payroll.salary.reversed.v1',
    publisher: 'payroll',
    when: 'A posted payslip is taken back, and another one takes its place.',
    data: z.object({
      correctionId: payrollCorrectionIdSchema.describe('The correction.'),
      payslipId: payslipIdSchema.describe('The payslip that is taken back.'),
      replacedBy: payslipIdSchema.describe('The payslip that takes its place.'),
      ...month,
      currency: currencySchema.describe('ISO 4217.'),
      sealed: sealedSchema.describe(
        'The amounts of both, for the ledger alone: `{ reversed, replacement }`, each `{ gross, withheld, net }` in minor units.',
      ),
    }),
  },
  SendPayrollApprovalRequest: {
    type: 'notification.send-payroll-approval-request.v1',
    kind: 'command',
    publisher: 'payroll',
    when: 'A person who may approve a payroll or a correction is to be told of it.',
    data: z.object({
      processId: z.string().describe('The workflow that waits: `payroll/staff/2026-02`.'),
      version: z.string().describe('The hash of what is approved.'),
      kind: z.string().describe('`request`, `reminder` or `escalation`. Others may come.'),
      role: z.string().describe('The role that they may decide for.'),
      sealed: sealedSchema.describe('Whom to write to, for the notifications alone: `{ name, email }`.'),
    }),
  },
  SendPayslip: {
    type: 'notification.send-payslip.v1',
    kind: 'command',
    publisher: 'payroll',
    when: 'An employee is to be told of a payslip that is posted; it is to fail visibly when nobody takes the command.',
    data: z.object({
      payslipId: payslipIdSchema.describe('The payslip, which is also the subject of the message.'),
      period: z.string().describe('The month: `2026-02`.'),
      corrects: payslipIdSchema.optional().describe('The payslip that it takes the place of.'),
      sealed: sealedSchema.describe('Whom to write to, for the notifications alone: `{ name, email }`.'),
    }),
  },
} as const satisfies EventContracts;
