import { z } from 'zod';
import { approvalRefusals } from '../../contracts/approval-refusals.ts';
import { approvalSchema } from '../../contracts/approvals.ts';
import { employeeIdSchema, payrollRunIdSchema, personIdSchema } from '../../contracts/identifiers.ts';
import { monthlyInvoicingRefusals } from '../../contracts/monthly-invoicing-refusals.ts';
import { payrollRefusals } from '../../contracts/payroll-refusals.ts';
import { sealedSchema } from '../../contracts/sealed.ts';
import { atMost } from '../../contracts/texts.ts';
import type { HttpOperation } from '../../platform/http/contract.ts';
import {
  askedApprovalSchema,
  openedRunSchema,
  paidMonth,
  payrollCountsSchema,
  payrollFailureSchema,
  payrollRunSchema,
  payslipSchema,
} from './shapes.ts';

const run = z.strictObject({ runId: payrollRunIdSchema });
const calculation = z.int().min(1).describe('Which time it is calculated: 1 at first.');
const batchLimit = z.int().min(1).max(100).default(100);
const page = { after: employeeIdSchema.optional(), limit: z.coerce.number().int().min(1).max(1_000).default(100) };

/** Given to whoever publishes it: the same event, whenever it is asked for. */
const publishedSchema = z.object({
  run: payrollRunSchema,
  payslips: z.int().describe('How many.'),
  sealed: sealedSchema.optional().describe('What the event says; absent where it would be of nothing.'),
});

/** How a month of a group is paid: a run is opened, calculated, frozen, posted once it is approved, and paid. */
export const runOperations = {
  openRun: {
    method: 'PUT',
    path: '/runs/:runId',
    access: ['payroll-worker'],
    summary: 'Opens a run: the only one of a month of a group, and of the group until it is posted',
    input: openedRunSchema,
    output: payrollRunSchema,
    failures: [monthlyInvoicingRefusals.RunInProgress, 'IdempotencyConflict', 'InvalidState'],
  },
  calculateBatch: {
    method: 'POST',
    path: '/runs/:runId/calculate',
    access: ['payroll-worker'],
    summary:
      'Calculates payslips in one transaction; an employee whose month cannot be calculated is a failure of the run',
    input: run.extend({ calculation, after: employeeIdSchema.optional(), limit: batchLimit }),
    output: z.object({
      counts: payrollCountsSchema.describe('What became of these employees.'),
      next: employeeIdSchema.optional().describe('Where the next batch begins; absent after the last one.'),
    }),
    failures: ['NotFound', 'InvalidState'],
  },
  recalculateRun: {
    method: 'PUT',
    path: '/runs/:runId/recalculate',
    access: ['payroll-worker'],
    summary: 'Has a run calculated from the beginning: what was approved of it is void',
    input: run.extend({ calculation, by: personIdSchema }),
    output: payrollRunSchema,
    failures: ['NotFound', 'InvalidState'],
  },
  excludeEmployee: {
    method: 'PUT',
    path: '/runs/:runId/exclusions/:employeeId',
    access: ['payroll-worker'],
    summary: 'Leaves an employee out of a run: what was approved of it is void',
    input: run.extend({
      employeeId: employeeIdSchema,
      by: personIdSchema,
      note: atMost(z.string().trim().min(1, 'say why'), 1_000, 'a note has at most 1,000 characters'),
    }),
    output: payrollRunSchema,
    failures: ['NotFound', 'InvalidState'],
  },
  freezeRun: {
    method: 'PUT',
    path: '/runs/:runId/freeze',
    access: ['payroll-worker'],
    summary: 'Fixes what a run pays, under a hash of all of it',
    input: run.extend({ calculation }),
    output: payrollRunSchema,
    failures: ['NotFound', 'InvalidState'],
  },
  postRun: {
    method: 'PUT',
    path: '/runs/:runId/post',
    access: ['payroll-worker'],
    summary: 'Posts a run whose content is approved: from now on the salaries are owed',
    input: run.extend({ contentHash: z.string().max(128), approvals: z.array(approvalSchema).max(100) }),
    output: publishedSchema,
    failures: [
      'NotFound',
      'InvalidState',
      approvalRefusals.ApprovalOutdated,
      approvalRefusals.ApprovalMissing,
      approvalRefusals.AlreadyDecided,
      approvalRefusals.OwnApproval,
    ],
  },
  sendPayslips: {
    method: 'POST',
    path: '/runs/:runId/payslips/send',
    access: ['payroll-worker'],
    summary: 'Has the payslips of a posted run mailed, each once',
    input: run.extend({ limit: batchLimit }),
    output: z.object({ sent: z.int(), left: z.int() }),
    failures: ['NotFound', 'InvalidState'],
  },
  payBatch: {
    method: 'POST',
    path: '/runs/:runId/pay',
    access: ['payroll-worker'],
    summary: 'Pays payslips of a posted run, each once, from the pay day on',
    input: run.extend({
      limit: batchLimit,
      decidedBy: personIdSchema.optional().describe('Who has decided to pay before the pay day.'),
    }),
    output: z.object({ paid: z.int(), left: z.int() }),
    failures: ['NotFound', 'InvalidState', payrollRefusals.PayDayNotReached],
  },
  closeRun: {
    method: 'PUT',
    path: '/runs/:runId/close',
    access: ['payroll-worker'],
    summary: 'Closes a run of which everything is paid',
    input: run,
    output: publishedSchema,
    failures: ['NotFound', 'InvalidState'],
  },
  cancelRun: {
    method: 'PUT',
    path: '/runs/:runId/cancel',
    access: ['payroll-worker'],
    summary: 'Discards a run that is not posted; one that was not opened yet is refused when that comes',
    input: run,
    output: z.object({ wasOpen: z.boolean() }),
    failures: ['InvalidState'],
  },
  findLastRun: {
    method: 'GET',
    path: '/months/:groupId/:period',
    access: ['payroll-worker', 'api', 'payroll', 'cfo'],
    summary: 'The newest run of a month of a group',
    input: z.strictObject(paidMonth),
    output: payrollRunSchema,
    failures: ['NotFound'],
  },
  askApprovers: {
    method: 'POST',
    path: '/approvers/ask',
    access: ['payroll-worker'],
    summary: 'Has those who may approve a payroll or a correction told of it, each once for each day',
    input: askedApprovalSchema,
    output: z.object({ asked: z.int() }),
    failures: [],
  },
  listRunFailures: {
    method: 'GET',
    path: '/runs/:runId/failures',
    access: ['payroll', 'cfo'],
    summary: 'Whose month could not be calculated and why, the smallest id first',
    input: run.extend(page),
    output: z.object({ failures: z.array(payrollFailureSchema) }),
    failures: [],
  },
  listPayslips: {
    method: 'GET',
    path: '/runs/:runId/payslips',
    access: ['payroll', 'cfo'],
    summary: 'The payslips of a run, the smallest employee id first: what is approved',
    input: run.extend(page),
    output: z.object({ payslips: z.array(payslipSchema) }),
    failures: [],
  },
} as const satisfies Record<string, HttpOperation>;
