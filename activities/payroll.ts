import type { Approval } from '../contracts/approvals.ts';
import { ServiceFailure } from '../contracts/failures.ts';
import type { EmployeeId, PayrollRunId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import type { CallOptions, OutputOf } from '../platform/http/contract.ts';
import type { PayrollClient, PayrollCounts, PayrollRun, payrollContract } from '../services/payroll/contract.ts';
import type { StaffClient } from '../services/staff/contract.ts';
import { exclusionSchema, monthOf, payrollRequestSchema } from '../workflows/payroll/contract.ts';
import { createPayrollApproverActivities } from './payroll-approvers.ts';
import { createPayrollCorrectionActivities } from './payroll-corrections.ts';
import { callService } from './service-call.ts';
import { createStaffActivities } from './staff.ts';

type Operations = typeof payrollContract.operations;
type Published = OutputOf<Operations['postRun']>;

interface Clients {
  readonly payroll: PayrollClient;
  readonly staff: StaffClient;
}

/** What the service takes in one transaction, and how many of those one activity makes: a history stays small. */
const [batchSize, batchesAtOnce] = [100, 10];

/** How far a calculation has come. */
export interface CalculatedBatches {
  readonly counts: PayrollCounts;
  readonly next?: EmployeeId | undefined;
}

/** The activities of the task queue `payroll`. They bring ids, hashes, counts and totals, never what one person earns. */
export function createPayrollActivities(clients: Clients) {
  const { payroll } = clients;
  return {
    ...createStaffActivities(clients),
    ...createPayrollCorrectionActivities(clients),
    ...createPayrollApproverActivities(clients),
    /** Opens a run. It reads the whole request by its schema first, since any Temporal client can start the workflow. */
    async openRun(request: unknown, runId: string): Promise<PayrollRun> {
      return callService(async (options) => {
        const { payrollId, ...run } = parse(payrollRequestSchema, request);
        return payroll.openRun({ runId, ...monthOf(payrollId), ...run }, options);
      });
    },
    async calculateBatches(runId: string, calculation: number, from?: EmployeeId): Promise<CalculatedBatches> {
      let after = from;
      const counts = { payslips: 0, failed: 0, excluded: 0 };
      for (let batch = 0; batch < batchesAtOnce; batch += 1) {
        const input = { runId, calculation, limit: batchSize, ...(after && { after }) };
        const done = await callService((options) => payroll.calculateBatch(input, options));
        for (const name of ['payslips', 'failed', 'excluded'] as const) counts[name] += done.counts[name];
        after = done.next;
        if (!after) return { counts };
      }
      return { counts, next: after };
    },
    async recalculateRun(runId: string, calculation: number, by: string): Promise<PayrollRun> {
      return callService((options) => payroll.recalculateRun({ runId, calculation, by }, options));
    },
    async excludeEmployee(runId: string, exclusion: unknown): Promise<PayrollRun> {
      return callService(async (options) => {
        const { employeeId, by, note } = parse(exclusionSchema, exclusion);
        return payroll.excludeEmployee({ runId, employeeId, by, note }, options);
      });
    },
    async freezeRun(runId: string, calculation: number): Promise<PayrollRun> {
      return callService((options) => payroll.freezeRun({ runId, calculation }, options));
    },
    async cancelRun(runId: string): Promise<boolean> {
      return (await callService((options) => payroll.cancelRun({ runId }, options))).wasOpen;
    },
    async postRun(runId: string, contentHash: string, approvals: readonly Approval[]): Promise<Published> {
      return callService((options) => payroll.postRun({ runId, contentHash, approvals: [...approvals] }, options));
    },
    /** @returns how many were sent, and how many are left */
    async sendPayslips(runId: string): Promise<OutputOf<Operations['sendPayslips']>> {
      const { done: sent, left } = await repeat(async (options) => {
        const { sent: done, left } = await payroll.sendPayslips({ runId, limit: batchSize }, options);
        return { done, left };
      });
      return { sent, left };
    },
    /**
     * @param decidedBy who has decided to pay before the pay day
     * @returns how many were paid, and how many are left
     */
    async payBatches(runId: string, decidedBy?: string): Promise<OutputOf<Operations['payBatch']>> {
      const input = { runId, limit: batchSize, ...(decidedBy && { decidedBy }) };
      const { done: paid, left } = await repeat(async (options) => {
        const { paid: done, left } = await payroll.payBatch(input, options);
        return { done, left };
      });
      return { paid, left };
    },
    async closeRun(runId: string): Promise<Published> {
      return callService((options) => payroll.closeRun({ runId: runId as PayrollRunId }, options));
    },
  };
}

interface Batch {
  readonly done: number;
  readonly left: number;
}

async function repeat(batch: (options: CallOptions) => Promise<Batch>): Promise<Batch> {
  let done = 0;
  for (let count = 0; count < batchesAtOnce; count += 1) {
    const each = await callService(batch);
    done += each.done;
    if (each.left === 0) return { done, left: 0 };
    if (count === batchesAtOnce - 1) return { done, left: each.left };
  }
  throw new ServiceFailure('Internal', 'a batch is made at least once');
}

export type PayrollActivities = ReturnType<typeof createPayrollActivities>;
