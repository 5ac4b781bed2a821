import { type WorkflowHandle, WorkflowUpdateFailedError, WorkflowUpdateStage } from '@temporalio/client';
import { approveUpdate } from '../../../workflows/kit/messages.ts';
import {
  excludeUpdate,
  payrollWorkflow,
  payrollWorkflowId,
  recalculateUpdate,
} from '../../../workflows/payroll/messages.ts';
import {
  payrollCorrectionWorkflow,
  payrollCorrectionWorkflowId,
} from '../../../workflows/payroll-correction/messages.ts';
import { taskQueues } from '../../../workflows/task-queues.ts';
import { typeOf } from '../refusals.ts';
import { type Person, type Scenario, type TriedProcess, usual } from '../scenario.ts';

const decided = (by: string) => ({ by, issuer: 'test', note: 'looked at it' });

/** After so many looks an operator has been asked for what those who approve are told with. */
const patience = 8;

/** What people have seen of a process, and what they have asked of it that is not answered yet. */
class Watch {
  looks = 0;
  isAsking = false;
}
const watches = new WeakMap<object, Watch>();

function watchOf(services: object): Watch {
  const watch = watches.get(services) ?? new Watch();
  watches.set(services, watch);
  return watch;
}

/** Says what a person wants, and does not wait for the answer, as that takes time. Who hears that it failed has it seen to, unless it came too late. */
async function ask(
  watch: Watch,
  trial: { isMended: boolean },
  tooLate: readonly string[],
  say: () => ReturnType<WorkflowHandle['startUpdate']>,
) {
  watch.isAsking = true;
  try {
    const update = await say();
    void update
      .result()
      .catch((error: unknown) => {
        const type = typeOf(error);
        if (error instanceof WorkflowUpdateFailedError && !tooLate.includes(type)) {
          trial.isMended = true;
        }
      })
      .finally(() => {
        watch.isAsking = false;
      });
  } catch (error) {
    watch.isAsking = false;
    throw error;
  }
}

const waitForStage = WorkflowUpdateStage.ACCEPTED;

/** Those who approve do so one after the other, once everyone was told. */
const approve: Person = async (status, handle, services, trial) => {
  const watch = watchOf(services);
  watch.looks += 1;
  const { state, approval } = status as typeof status & {
    readonly approval?: { readonly version: string; readonly missing: readonly string[] };
  };
  if (String(state) !== 'awaiting-approval' || !approval || watch.isAsking || watch.looks < patience) return;
  const by = approval.missing.includes('payroll') ? 'petra' : 'carl';
  const args = [{ version: approval.version, ...decided(by) }] as [never];
  await ask(watch, trial, ['InvalidState', 'AlreadyDecided'], () =>
    handle.startUpdate(approveUpdate, { args, waitForStage }),
  );
};

/** The office has one month calculated again, and leaves the other employee out. */
const correct: Person = async ({ state }, handle, services, trial) => {
  const watch = watchOf(services);
  if (String(state) !== 'needs-correction' || watch.isAsking) return;
  const { wrong } = services.payroll;
  if (wrong.delete('e-2')) {
    await ask(watch, trial, [], () => handle.startUpdate(recalculateUpdate, { args: [decided('paul')], waitForStage }));
    return;
  }
  const args = [{ employeeId: 'e-3', ...decided('paul') }] as [never];
  await ask(watch, trial, [], () => handle.startUpdate(excludeUpdate, { args, waitForStage }));
};

const told = { findApprovers: 'until done', askApprovers: 'until done', findPerson: 'noted' } as const;

const paid: Omit<Scenario, 'process'> = {
  ...usual,
  name: 'payroll',
  people: [approve],
  roles: {
    ...told,
    ...{ openRun: 'until answered', calculateBatches: 'until answered', freezeRun: 'until answered' },
    ...{ recalculateRun: 'until answered', excludeEmployee: 'update', cancelRun: 'undo', closeRun: 'until done' },
  },
};

export const payroll: TriedProcess = {
  name: 'payroll',
  subject: 'payroll',
  scenarios: [
    paid,
    {
      ...paid,
      name: 'payroll, corrected',
      people: [correct, approve],
      prepare({ payroll: service }) {
        service.employees = ['e-1', 'e-2', 'e-3'];
        for (const employee of ['e-2', 'e-3']) service.wrong.add(employee);
      },
      rows: ['recalculateRun', 'excludeEmployee'],
    },
    {
      ...paid,
      name: 'payroll, changed after it was approved',
      prepare({ payroll: service }) {
        service.isOutdated = true;
      },
      outcome: 'refused',
      rows: ['cancelRun'],
    },
  ],
  isAboutOrder: false,
  cancellation: 'update',
  // A cancellation takes effect after the batches.
  shielded: ['calculateBatches', 'findPerson'],
  start({ environment, services, id }, options) {
    const payrollId = `${id}/2026-02`;
    const request = { payrollId, currency: 'EUR', payDay: '2026-02-25', timeZone: 'UTC', preparedBy: 'paul' };
    const workflow = { ...options, taskQueue: taskQueues.payroll };
    return environment.startProviderProcess(services, payrollWorkflow, payrollWorkflowId(payrollId), request, workflow);
  },
};

const corrected: Omit<Scenario, 'process'> = {
  ...paid,
  name: 'payroll correction',
  roles: { ...told, findCorrection: 'until answered', cancelCorrection: 'undo' },
};

export const payrollCorrection: TriedProcess = {
  name: 'payroll correction',
  subject: 'payroll correction',
  scenarios: [
    corrected,
    {
      ...corrected,
      name: 'payroll correction, changed after it was approved',
      prepare({ payroll: service }) {
        service.isCorrectionOutdated = true;
      },
      outcome: 'refused',
      rows: ['cancelCorrection'],
    },
  ],
  isAboutOrder: false,
  arrange: ({ payroll: service }, id) => service.prepareCorrection(id),
  cancellation: 'update',
  shielded: ['findPerson'],
  start({ environment, services, id }, options) {
    const workflow = { ...options, taskQueue: taskQueues.payroll };
    const workflowId = payrollCorrectionWorkflowId(id);
    const request = { correctionId: id };
    return environment.startProviderProcess(services, payrollCorrectionWorkflow, workflowId, request, workflow);
  },
};
