import { z } from 'zod';
import { payslipIdSchema } from '../../contracts/identifiers.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';
import { correctionOperations } from './correction-contract.ts';
import { runOperations } from './run-contract.ts';
import { employeeSchema, payslipDocumentSchema, payslipSchema, salaryReturnSchema } from './shapes.ts';

export type { Correction, PayrollCounts, PayrollRun, Payslip } from './shapes.ts';

/** Amounts of one person leave it in the answers of `findPayslip`, `readPayslipDocument` and `listPayslips` alone. */
export const payrollContract = defineHttpContract({
  name: 'payroll',
  version: '1.0.0',
  summary: 'Salaries from calculated to paid, corrected and returned; each payslip is for its employee alone',
  operations: {
    importEmployees: {
      method: 'POST',
      path: '/employees/import',
      access: ['payroll'],
      summary: 'Adds employees, or updates them; of two with the same id the last one counts',
      input: z.strictObject({ employees: z.array(employeeSchema).min(1).max(1_000) }),
      output: z.object({ imported: z.int() }),
      failures: [],
    },
    ...runOperations,
    ...correctionOperations,
    findPayslip: {
      method: 'GET',
      path: '/payslips/:payslipId',
      access: ['employee', 'payroll'],
      summary: 'A payslip: of who asks, or of anyone for who does the payroll',
      input: z.strictObject({ payslipId: payslipIdSchema }),
      output: payslipSchema,
      failures: ['NotFound'],
    },
    readPayslipDocument: {
      method: 'GET',
      path: '/payslips/:payslipId/document',
      access: ['employee', 'payroll'],
      summary: 'A posted payslip as a tagged PDF: of who asks, or of anyone for who does the payroll',
      input: z.strictObject({ payslipId: payslipIdSchema }),
      output: payslipDocumentSchema,
      failures: ['NotFound', 'InvalidState'],
    },
    recordReturn: {
      method: 'PUT',
      path: '/payslips/:payslipId/return',
      access: ['payroll', 'finance'],
      summary: 'Records that the bank has sent back what was paid: the next run pays it',
      input: salaryReturnSchema,
      output: salaryReturnSchema,
      failures: ['NotFound', 'InvalidState', 'IdempotencyConflict'],
    },
  },
});

export type PayrollClient = HttpClient<typeof payrollContract>;
