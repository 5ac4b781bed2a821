import { setHandler } from '@temporalio/workflow';
import { requiredApprovals } from '../../contracts/payroll-approvals.ts';
import { payrollRefusals } from '../../contracts/payroll-refusals.ts';
import { Approvals } from '../kit/approvals.ts';
import { Cancellation } from '../kit/cancellation.ts';
import { failure } from '../kit/failure.ts';
import { Milestones } from '../kit/milestones.ts';
import { Operator } from '../kit/operator.ts';
import { underItsOwnId } from '../kit/own-id.ts';
import { Progress } from '../kit/progress.ts';
import { type ProcessEnding, runProcess } from '../kit/run-process.ts';
import { Saga } from '../kit/saga.ts';
import { untilAnswered } from '../kit/until-answered.ts';
import { taskQueues } from '../task-queues.ts';
import { openCalls } from './activities.ts';
import type {
  PayrollCorrectionFacts,
  PayrollCorrectionRequest,
  PayrollCorrectionResult,
  PayrollCorrectionState,
} from './contract.ts';
import {
  cancelPayrollCorrectionUpdate,
  payrollCorrectionStatusQuery,
  payrollCorrectionWorkflowId,
} from './messages.ts';
import { payrollCorrectionCancelled } from './reasons.ts';

/**
 * Has a prepared correction of a payslip approved as a payroll is, and posted. Posting is the pivot: the payroll service takes
 * the payslip back, puts the corrected one in its place, and tells the books and the employee, all in one transaction.
 *
 * @returns how it ended
 * @throws {ApplicationFailure} when it failed for a reason that a person has to fix; its details hold the result
 * @throws {CancelledFailure} when the workflow itself was cancelled before it was posted
 */
export async function payrollCorrection(request: PayrollCorrectionRequest): Promise<PayrollCorrectionResult> {
  return underItsOwnId(payrollCorrectionWorkflowId, 'correctionId', request, run);
}

async function run(given: PayrollCorrectionRequest): Promise<PayrollCorrectionResult> {
  const open = openCorrection(Object(given) as PayrollCorrectionRequest);
  return runProcess({
    ending: open.ending,
    prepare: () => open.cancellation.run(() => approve(open)),
    pivot: () => post(open),
    // The books and the employee are told in the transaction of the pivot.
    carryThrough: async () => undefined,
  });
}

type OpenCorrection = ReturnType<typeof openCorrection>;

function openCorrection({ correctionId }: PayrollCorrectionRequest) {
  const progress = new Progress<PayrollCorrectionState, PayrollCorrectionFacts>({ state: 'running' });
  const operator = new Operator(progress);
  const calls = openCalls();
  const cancellation = new Cancellation<PayrollCorrectionResult>();
  const approvals = new Approvals<PayrollCorrectionState>({
    ...{ progress, operator, state: 'awaiting-approval', what: () => 'the correction' },
    findPerson: (personId) => calls.findPerson(personId),
    ask: (asking) => calls.askApprovers(asking),
  });
  const state = { isDecided: false };
  setHandler(
    payrollCorrectionStatusQuery,
    () => ({ correctionId, ...progress.status(), ...(approvals.status && { approval: approvals.status }) }),
    { description: 'Where the correction stands' },
  );
  setHandler(cancelPayrollCorrectionUpdate, () => cancellation.cancel(), {
    description: 'Gives it up, unless it is posted',
    validator: () => {
      if (state.isDecided) throw failure('InvalidState', 'it is approved: prepare another correction');
    },
  });
  return {
    ...{ correctionId, progress, operator, calls, cancellation, approvals, state },
    saga: new Saga(operator, (undone) => progress.recordUndone(undone)),
    get ending(): ProcessEnding<PayrollCorrectionResult> {
      return {
        ...{ progress, saga: this.saga, milestones: new Milestones(correctionId, operator, taskQueues.payroll) },
        ids: { correctionId },
        cancelledAs: payrollCorrectionCancelled,
        // Its facts are in the outbox of the payroll service.
        recordPublication: async () => undefined,
        concluded: (result) => {
          state.isDecided = true;
          cancellation.conclude(result);
        },
      };
    },
  };
}

/** Undo: give the correction up. */
async function approve(open: OpenCorrection): Promise<void> {
  const { correctionId, progress, operator, calls, saga, approvals, state } = open;
  const found = await progress.step('find the correction', () =>
    saga.attempt({ name: 'give the correction up', run: () => calls.cancelCorrection(correctionId) }, () =>
      untilAnswered(operator, 'find the correction', () => calls.findCorrection(correctionId)),
    ),
  );
  const { payslipId, contentHash, replacedBy, authors } = found;
  Object.assign(progress.facts, { payslipId, contentHash, replacedBy });
  if (found.state === 'cancelled') throw failure('InvalidState', payrollCorrectionCancelled.message);
  if (found.state === 'posted') return;
  approvals.request({ version: contentHash, required: requiredApprovals, authors });
  const outcome = await approvals.wait();
  if (outcome === 'rejected') throw failure(payrollRefusals.PayrollRejected, 'a person has rejected the correction');
  if (outcome === 'expired')
    throw failure(payrollRefusals.PayrollNotApproved, 'the correction was not approved in time');
  state.isDecided = true;
}

async function post({ correctionId, progress, operator, calls, approvals, state }: OpenCorrection): Promise<void> {
  state.isDecided = true;
  const { contentHash = '', replacedBy } = progress.facts;
  // An earlier run under the id has posted it.
  if (replacedBy) return;
  const posted = await progress.step('post the correction', () =>
    untilAnswered(operator, 'post the correction', () =>
      calls.postCorrection(correctionId, contentHash, approvals.status?.approvals ?? []),
    ),
  );
  progress.facts.replacedBy = posted.replacedBy;
}
