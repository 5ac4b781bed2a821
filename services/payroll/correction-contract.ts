import { z } from 'zod';
import { approvalRefusals } from '../../contracts/approval-refusals.ts';
import { approvalSchema } from '../../contracts/approvals.ts';
import { payrollCorrectionIdSchema } from '../../contracts/identifiers.ts';
import { payrollRefusals } from '../../contracts/payroll-refusals.ts';
import type { HttpOperation } from '../../platform/http/contract.ts';
import { correctionDraftSchema, correctionSchema, payslipSchema } from './shapes.ts';

const correction = z.strictObject({ correctionId: payrollCorrectionIdSchema });

/** How a posted payslip is corrected: it is prepared, approved as a run is, and takes the place of the payslip. */
export const correctionOperations = {
  correct: {
    method: 'PUT',
    path: '/corrections/:correctionId',
    access: ['payroll'],
    summary: 'Prepares the correction of a posted payslip; nothing changes until it is approved and posted',
    input: correctionDraftSchema,
    output: correctionSchema,
    failures: ['NotFound', 'InvalidState', 'IdempotencyConflict', payrollRefusals.NegativeNet],
  },
  postCorrection: {
    method: 'PUT',
    path: '/corrections/:correctionId/post',
    access: ['payroll-worker'],
    summary:
      'Takes a payslip back and puts the approved one in its place: what is too much paid, the next run keeps back',
    input: correction.extend({ contentHash: z.string().max(128), approvals: z.array(approvalSchema).max(100) }),
    output: correctionSchema,
    failures: [
      'NotFound',
      'InvalidState',
      approvalRefusals.ApprovalOutdated,
      approvalRefusals.ApprovalMissing,
      approvalRefusals.AlreadyDecided,
      approvalRefusals.OwnApproval,
    ],
  },
  cancelCorrection: {
    method: 'PUT',
    path: '/corrections/:correctionId/cancel',
    access: ['payroll-worker'],
    summary: 'Gives up a correction that is not posted',
    input: correction,
    output: z.object({ wasPrepared: z.boolean() }),
    failures: ['NotFound', 'InvalidState'],
  },
  findCorrection: {
    method: 'GET',
    path: '/corrections/:correctionId',
    access: ['payroll-worker', 'api', 'payroll', 'cfo'],
    summary: 'A correction, without amounts',
    input: correction,
    output: correctionSchema,
    failures: ['NotFound'],
  },
  findCorrectedPayslip: {
    method: 'GET',
    path: '/corrections/:correctionId/payslip',
    access: ['payroll', 'cfo'],
    summary: 'What a correction makes of the payslip: what is approved',
    input: correction,
    output: payslipSchema.pick({
      ...{ payslipId: true, employeeId: true, name: true, currency: true, earnings: true, deductions: true },
      ...{ gross: true, withheld: true, net: true },
    }),
    failures: ['NotFound'],
  },
} as const satisfies Record<string, HttpOperation>;
