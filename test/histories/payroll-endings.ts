import { randomUUID } from 'node:crypto';
import type { Connection, WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { PayrollActivities } from '../../activities/payroll.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { Correction, PayrollRun } from '../../services/payroll/contract.ts';
import type { ProcessStatus } from '../../workflows/kit/contract.ts';
import { approveUpdate, rejectUpdate } from '../../workflows/kit/messages.ts';
import {
  cancelPayrollUpdate,
  excludeUpdate,
  payrollWorkflow,
  payrollWorkflowId,
  recalculateUpdate,
} from '../../workflows/payroll/messages.ts';
import {
  cancelPayrollCorrectionUpdate,
  payrollCorrectionWorkflow,
  payrollCorrectionWorkflowId,
} from '../../workflows/payroll-correction/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import type { CheckoutEnvironment } from '../workflows/environment.ts';

type Handle = Pick<WorkflowHandle, 'result' | 'fetchHistory'>;

const sealed = `example.${'A'.repeat(80)}`;
const paul = { by: 'paul', issuer: 'test', note: 'looked at it' };

/** A run, as far as the workflow reads it. */
const run = (contentHash: string | undefined, failed: number): PayrollRun =>
  ({
    ...{ runId: 'r-1', groupId: 'staff', period: '2026-02', state: contentHash ? 'frozen' : 'open', currency: 'EUR' },
    ...{ payDay: '2030-02-25', payAt: '2030-02-25T06:00:00.000Z', authors: ['paul'], contentHash },
    counts: { payslips: 150, failed, excluded: 0 },
  }) as unknown as PayrollRun;

const correction = (state: string) =>
  ({
    ...{ correctionId: 'c-1', payslipId: 'p-1', groupId: 'staff', period: '2026-02', state, authors: ['paul'] },
    ...{ contentHash: 'hash-1', ...(state === 'posted' && { replacedBy: 'p-2' }) },
  }) as unknown as Correction;

/** What the worker of payrolls answers: of 150 employees some months fail the first time. */
function answers(failures: number): Partial<PayrollActivities> & { publishMilestones(): Promise<void> } {
  let frozen = 0;
  let failed = failures;
  return {
    openRun: async () => run(undefined, 0),
    async calculateBatches(_run, calculation) {
      failed = calculation === 1 ? failures : 0;
      return { counts: { payslips: 150 - failed, failed, excluded: 0 } };
    },
    recalculateRun: async () => run(undefined, 0),
    async excludeEmployee() {
      failed = 0;
      return run(undefined, 0);
    },
    freezeRun: async () => run(`hash-${++frozen}`, 0),
    cancelRun: async () => true,
    postRun: async () => ({ run: run(`hash-${frozen}`, 0), payslips: 150, sealed }),
    sendPayslips: async () => ({ sent: 150, left: 0 }),
    payBatches: async () => ({ paid: 150, left: 0 }),
    closeRun: async () => ({ run: run(`hash-${frozen}`, 0), payslips: 150, sealed }),
    findPerson: async (personId) => ({
      ...{ personId, name: personId, email: `${personId}@example.org`, active: true, delegations: [], reports: [] },
      roles: [personId === 'carl' ? 'cfo' : 'payroll'],
    }),
    askApprovers: async () => ({ vacant: [] }),
    findCorrection: async () => correction('prepared'),
    cancelCorrection: async () => true,
    postCorrection: async () => correction('posted'),
    publishMilestones: async () => undefined,
  };
}

type Act = (handle: WorkflowHandle) => Promise<unknown>;

/** Runs a workflow of payrolls to its end; `act` does what people do meanwhile. */
const ending =
  (
    workflowType: string,
    start: () => { readonly workflowId: string; readonly request: object },
    act: Act,
    failed = 0,
  ) =>
  async ({ client, clock }: CheckoutEnvironment): Promise<Handle> => {
    const { address } = (client.connection as Connection).options;
    const connection = await NativeConnection.connect({ address });
    const worker = await Worker.create({
      connection,
      taskQueue: taskQueues.payroll,
      workflowBundle: { codePath: String(process.env['WORKFLOW_BUNDLE']) },
      activities: answers(failed),
    });
    const { workflowId, request } = start();
    const handle = await client.workflow.start(workflowType, {
      ...{ workflowId, taskQueue: taskQueues.payroll, args: [request] },
    });
    await worker.runUntil(async () => {
      await act(handle);
      await clock.release();
      await handle.result();
      await clock.hold();
    });
    await connection.close();
    return handle;
  };

const inState = (handle: WorkflowHandle, state: string) =>
  waitUntil(async () => (await handle.query<ProcessStatus<string>>('status')).state === state, {
    ...{ within: 20_000, every: 20 },
  });

/** Both approve a version. */
const approved =
  (version: string): Act =>
  async (handle) => {
    await inState(handle, 'awaiting-approval');
    for (const by of ['petra', 'carl']) {
      await handle.executeUpdate(approveUpdate, { args: [{ version, by, issuer: 'test', note: 'checked' }] });
    }
  };

const payroll = (act: Act, failed?: number) =>
  ending(
    payrollWorkflow,
    () => {
      const payrollId = `g-${randomUUID().slice(0, 8)}/2026-02`;
      const request = { payrollId, currency: 'EUR', payDay: '2030-02-25', timeZone: 'UTC', preparedBy: 'paul' };
      return { workflowId: payrollWorkflowId(payrollId), request };
    },
    act,
    failed,
  );

const correct = (act: Act) =>
  ending(
    payrollCorrectionWorkflow,
    () => {
      const correctionId = `c-${randomUUID().slice(0, 8)}`;
      return { workflowId: payrollCorrectionWorkflowId(correctionId), request: { correctionId } };
    },
    act,
  );

/** Every way in which a payroll, and the correction of a payslip, ends. */
export const payrollEndings = {
  'payroll-paid': payroll(approved('hash-1')),
  'payroll-recalculated': payroll(async (handle) => {
    await inState(handle, 'needs-correction');
    await handle.executeUpdate(recalculateUpdate, { args: [paul] });
    await approved('hash-1')(handle);
  }, 3),
  'payroll-excluded': payroll(async (handle) => {
    await inState(handle, 'awaiting-approval');
    await handle.executeUpdate(excludeUpdate, { args: [{ employeeId: 'e-1' as never, ...paul }] });
    await waitUntil(async () => (await handle.query<{ contentHash?: string }>('status')).contentHash === 'hash-2', {
      ...{ within: 20_000, every: 20 },
    });
    await approved('hash-2')(handle);
  }),
  'payroll-rejected': payroll(async (handle) => {
    await inState(handle, 'awaiting-approval');
    const vote = { version: 'hash-1', by: 'carl', issuer: 'test', note: 'too much' };
    await handle.executeUpdate(rejectUpdate, { args: [vote] });
  }),
  'payroll-cancelled': payroll(async (handle) => {
    await inState(handle, 'awaiting-approval');
    await handle.executeUpdate(cancelPayrollUpdate);
  }),
  'payroll-not-approved': payroll(async () => undefined),
  'payrollCorrection-posted': correct(approved('hash-1')),
  'payrollCorrection-cancelled': correct(async (handle) => {
    await inState(handle, 'awaiting-approval');
    await handle.executeUpdate(cancelPayrollCorrectionUpdate);
  }),
};
