import { z } from 'zod';
import { approvalRefusals } from '../contracts/approval-refusals.ts';
import { approvalSchema, versionSchema } from '../contracts/approvals.ts';
import { periodSchema } from '../contracts/calendar.ts';
import {
  employeeIdSchema,
  payrollCorrectionIdSchema,
  payrollGroupIdSchema,
  recordedInstantSchema,
} from '../contracts/identifiers.ts';
import type { HttpOperation } from '../platform/http/contract.ts';
import { payrollCountsSchema, payrollTotalsSchema } from '../services/payroll/shapes.ts';
import { decisionSchema, exampleStatus, noteField, statusFields } from './shapes.ts';

/** Who prepares a payroll, and who approves it. */
export const office = ['payroll'] as const;
export const approvers = ['payroll', 'cfo'] as const;

export const month = z.strictObject({ groupId: payrollGroupIdSchema, period: periodSchema });
export const correction = z.strictObject({ correctionId: payrollCorrectionIdSchema });
export const vote = { version: versionSchema.describe('the hash of what was looked at'), note: noteField };
const limit = z.coerce.number().int().min(1).max(1_000).default(100);
export const page = month.extend({ after: employeeIdSchema.optional(), limit });

export const approvalStatusSchema = z.looseObject({
  version: versionSchema,
  required: z.array(z.string()).readonly(),
  missing: z.array(z.string()).readonly(),
  authors: z.array(z.string()).readonly(),
  approvals: z.array(approvalSchema).readonly(),
  requestedAt: recordedInstantSchema,
  escalatesAt: recordedInstantSchema,
  expiresAt: recordedInstantSchema,
});

export const payrollStatusSchema = z.looseObject({
  payrollId: z.string(),
  ...statusFields,
  runId: z.string().optional(),
  counts: payrollCountsSchema.optional(),
  totals: payrollTotalsSchema.optional().describe('totals, never what one person earns'),
  contentHash: z.string().optional().describe('what is approved'),
  payAt: recordedInstantSchema.optional(),
  approval: approvalStatusSchema.optional(),
});
export const correctionStatusSchema = z.looseObject({
  correctionId: z.string(),
  ...statusFields,
  contentHash: z.string().optional().describe('what is approved'),
  approval: approvalStatusSchema.optional(),
});

export const staff = { groupId: 'staff', period: '2026-02' };
const hash = '5d41402abc4b2a76b9719d911017c592ae2f1c8f6f6d3c0e9d1b2a3c4d5e6f70';
export const exampleApproval = {
  ...{ version: hash, required: ['payroll', 'cfo'], missing: ['cfo'], authors: ['paul'] },
  approvals: [
    { by: 'petra', version: hash, roles: [{ role: 'payroll' }], note: 'checked', at: '2026-02-20T12:00:00.000Z' },
  ],
  ...{ requestedAt: '2026-02-20T09:00:00.000Z', escalatesAt: '2026-02-25T09:00:00.000Z' },
  expiresAt: '2026-03-06T09:00:00.000Z',
};
export const examplePayroll = {
  ...{ payrollId: 'staff/2026-02', ...exampleStatus, state: 'awaiting-approval', contentHash: hash },
  counts: { payslips: 12, failed: 0, excluded: 0 },
  totals: { gross: 3_999_996, withheld: 1_114_008, net: 2_885_988, payable: 2_885_988 },
  approval: exampleApproval,
};
export const exampleCorrection = {
  ...{ correctionId: 'c-1', payslipId: '2026-02-0f3a', ...staff, state: 'prepared', authors: ['paul'] },
  contentHash: hash,
};
export const exampleSlip = {
  ...{ payslipId: '2026-02-0f3a', employeeId: 'e-1', name: 'Ada Lovelace', currency: 'EUR' },
  earnings: [{ name: 'Salary', amount: 333_333 }],
  deductions: [{ name: 'Income tax', amount: 61_667 }],
  ...{ gross: 333_333, withheld: 61_667, net: 271_666 },
} as const;
export const examplePayslip = {
  ...exampleSlip,
  ...{ runId: 'r-1', ...staff, state: 'paid', carried: 0, payable: 271_666, payDay: '2026-02-25' },
};
export const exampleVote = { version: hash, note: 'checked' };

export const approvalFailures = [
  ...['NotFound', 'InvalidState'],
  ...Object.values(approvalRefusals),
] as unknown as HttpOperation['failures'];
export const decided = { output: decisionSchema, failures: ['NotFound', 'InvalidState'] } as const;
export const voted = { output: approvalStatusSchema, failures: approvalFailures } as const;
