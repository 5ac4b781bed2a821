import { z } from 'zod';
import { dateSchema, timeZoneSchema } from '../contracts/calendar.ts';
import { employeeIdSchema } from '../contracts/identifiers.ts';
import { currencySchema } from '../contracts/money.ts';
import { monthlyInvoicingRefusals } from '../contracts/monthly-invoicing-refusals.ts';
import type { HttpOperation } from '../platform/http/contract.ts';
import { payrollContract } from '../services/payroll/contract.ts';
import {
  approvalFailures,
  approvers,
  correction,
  correctionStatusSchema,
  decided,
  exampleApproval,
  exampleCorrection,
  examplePayroll,
  examplePayslip,
  exampleSlip,
  exampleVote,
  month,
  office,
  page,
  payrollStatusSchema,
  staff,
  vote,
  voted,
} from './payroll-shapes.ts';
import { exampleDecision, exampleStatus, noteField, resultFields } from './shapes.ts';

const { correct, findCorrectedPayslip, findPayslip, importEmployees, readPayslipDocument, recordReturn } =
  payrollContract.operations;

/** What the payroll office, those who approve and the employees do about salaries. */
export const payrollOperations = {
  importEmployees: {
    ...importEmployees,
    path: '/v1/employees/import',
    example: {
      input: {
        employees: [
          {
            ...{ employeeId: 'e-1', groupId: 'staff', name: 'Ada Lovelace', email: 'ada@example.org', currency: 'EUR' },
            earnings: [{ name: 'Salary', amount: 333_333 }],
            deductions: [{ name: 'Income tax', rate: 1_850 }],
            employedFrom: '2025-01-01',
          },
        ],
      },
      output: { imported: 1 },
    },
  },
  preparePayroll: {
    method: 'PUT',
    path: '/v1/payrolls/:groupId/:period',
    access: office,
    summary: 'Has the salaries of a month calculated; who calls is its preparer, and approves nothing of it',
    input: month.extend({ currency: currencySchema, payDay: dateSchema, timeZone: timeZoneSchema.default('UTC') }),
    output: z.object({ payrollId: z.string() }),
    example: {
      input: { ...staff, currency: 'EUR', payDay: '2026-02-25' },
      output: { payrollId: 'staff/2026-02' },
    },
    failures: [monthlyInvoicingRefusals.RunInProgress],
  },
  readPayroll: {
    method: 'GET',
    path: '/v1/payrolls/:groupId/:period',
    access: approvers,
    summary: 'Where the payroll of a month stands',
    input: month,
    output: payrollStatusSchema,
    example: { input: staff, output: examplePayroll },
    failures: ['NotFound', 'InvalidState'],
  },
  listPayrollFailures: {
    method: 'GET',
    path: '/v1/payrolls/:groupId/:period/failures',
    access: approvers,
    summary: 'Whose month could not be calculated and why',
    input: page,
    output: payrollContract.operations.listRunFailures.output,
    example: {
      input: staff,
      output: {
        failures: [{ employeeId: 'e-2', reason: { type: 'NegativeNet', message: 'the deductions are more' } }],
      },
    },
    failures: ['NotFound'],
  },
  listPayrollPayslips: {
    method: 'GET',
    path: '/v1/payrolls/:groupId/:period/payslips',
    access: approvers,
    summary: 'The payslips of a month: what is approved',
    input: page,
    output: payrollContract.operations.listPayslips.output,
    example: { input: staff, output: { payslips: [examplePayslip] } },
    failures: ['NotFound'],
  },
  excludeEmployee: {
    method: 'POST',
    path: '/v1/payrolls/:groupId/:period/exclusions',
    access: office,
    summary: 'Leaves an employee out; what was approved is void',
    input: month.extend({ employeeId: employeeIdSchema, note: noteField }),
    ...decided,
    example: {
      input: { ...staff, employeeId: 'e-2', note: 'on leave' },
      output: { ...exampleDecision, what: 'the payroll', decision: 'exclude', by: 'paul' },
    },
  },
  recalculatePayroll: {
    method: 'POST',
    path: '/v1/payrolls/:groupId/:period/recalculations',
    access: office,
    summary: 'Calculates everything again; what was approved is void',
    input: month.extend({ note: noteField }),
    ...decided,
    example: {
      input: { ...staff, note: 'a salary was corrected' },
      output: { ...exampleDecision, what: 'the payroll', decision: 'recalculate', by: 'paul' },
    },
  },
  approvePayroll: {
    method: 'POST',
    path: '/v1/payrolls/:groupId/:period/approvals',
    access: approvers,
    summary: 'Approves what has this hash, for a role of who calls; with all roles it is posted',
    input: month.extend(vote),
    ...voted,
    example: { input: { ...staff, ...exampleVote }, output: exampleApproval },
  },
  rejectPayroll: {
    method: 'POST',
    path: '/v1/payrolls/:groupId/:period/rejections',
    access: approvers,
    summary: 'Rejects what has this hash, which ends it',
    input: month.extend(vote),
    ...decided,
    failures: approvalFailures,
    example: {
      input: { ...staff, ...exampleVote },
      output: { ...exampleDecision, what: 'the payroll', decision: 'reject', by: 'carl' },
    },
  },
  payPayroll: {
    method: 'POST',
    path: '/v1/payrolls/:groupId/:period/payments',
    access: ['cfo'],
    summary: 'Pays what is posted now, instead of on the pay day',
    input: month.extend({ note: noteField }),
    ...decided,
    example: {
      input: { ...staff, note: 'the bank is closed on the pay day' },
      output: { ...exampleDecision, what: 'the payroll', decision: 'pay', by: 'carl' },
    },
  },
  cancelPayroll: {
    method: 'POST',
    path: '/v1/payrolls/:groupId/:period/cancel',
    access: office,
    summary: 'Discards a payroll that is not posted',
    input: month,
    output: z.looseObject({ payrollId: z.string(), ...resultFields }),
    example: {
      input: staff,
      output: { payrollId: 'staff/2026-02', outcome: 'cancelled', undone: ['discard the run'] },
    },
    failures: ['NotFound', 'InvalidState'],
  },
  correctPayslip: {
    ...correct,
    path: '/v1/payroll-corrections/:correctionId',
    summary: 'Prepares the correction of a posted payslip, and has it approved',
    example: {
      input: {
        ...{ correctionId: 'c-1', payslipId: '2026-02-0f3a', reason: 'a day without pay' },
        earnings: [{ name: 'Salary', amount: 300_000 }],
      },
      output: exampleCorrection,
    },
  },
  readCorrection: {
    method: 'GET',
    path: '/v1/payroll-corrections/:correctionId',
    access: approvers,
    summary: 'Where a correction stands',
    input: correction,
    output: correctionStatusSchema,
    example: {
      input: { correctionId: 'c-1' },
      output: { correctionId: 'c-1', ...exampleStatus, state: 'awaiting-approval', approval: exampleApproval },
    },
    failures: ['NotFound', 'InvalidState'],
  },
  findCorrectedPayslip: {
    ...findCorrectedPayslip,
    path: '/v1/payroll-corrections/:correctionId/payslip',
    example: { input: { correctionId: 'c-1' }, output: exampleSlip },
  },
  approveCorrection: {
    method: 'POST',
    path: '/v1/payroll-corrections/:correctionId/approvals',
    access: approvers,
    summary: 'Approves the correction that has this hash; with all roles it is posted',
    input: correction.extend(vote),
    ...voted,
    example: { input: { correctionId: 'c-1', ...exampleVote }, output: exampleApproval },
  },
  rejectCorrection: {
    method: 'POST',
    path: '/v1/payroll-corrections/:correctionId/rejections',
    access: approvers,
    summary: 'Rejects the correction that has this hash, which ends it',
    input: correction.extend(vote),
    ...decided,
    failures: approvalFailures,
    example: {
      input: { correctionId: 'c-1', ...exampleVote },
      output: { ...exampleDecision, what: 'the correction', decision: 'reject', by: 'carl' },
    },
  },
  recordSalaryReturn: {
    ...recordReturn,
    path: '/v1/payslips/:payslipId/return',
    example: {
      input: { payslipId: '2026-02-0f3a', bankReference: 'b-77', reason: 'the account is closed' },
      output: { payslipId: '2026-02-0f3a', bankReference: 'b-77', reason: 'the account is closed' },
    },
  },
  findPayslip: {
    ...findPayslip,
    path: '/v1/payslips/:payslipId',
    example: { input: { payslipId: '2026-02-0f3a' }, output: examplePayslip },
  },
  readPayslipDocument: {
    ...readPayslipDocument,
    path: '/v1/payslips/:payslipId/document',
    example: {
      input: { payslipId: '2026-02-0f3a' },
      output: {
        ...{ payslipId: '2026-02-0f3a', name: 'payslip-2026-02-0f3a.pdf' },
        ...{ type: 'application/pdf', content: 'JVBERi0xLjc=' },
      },
    },
  },
} as const satisfies Record<string, HttpOperation>;
