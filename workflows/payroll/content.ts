import { CancellationScope } from '@temporalio/workflow';
import type { Approval } from '../../contracts/approvals.ts';
import type { EmployeeId } from '../../contracts/identifiers.ts';
import { requiredApprovals } from '../../contracts/payroll-approvals.ts';
import { payrollRefusals } from '../../contracts/payroll-refusals.ts';
import type { PayrollRun } from '../../services/payroll/contract.ts';
import { Approvals } from '../kit/approvals.ts';
import { failure } from '../kit/failure.ts';
import { untilAnswered } from '../kit/until-answered.ts';
import type { PayrollState } from './contract.ts';
import type { OpenPayroll } from './open-payroll.ts';

/** What was approved. */
export interface ApprovedContent {
  readonly contentHash: string;
  readonly approvals: readonly Approval[];
}

/**
 * Calculates, has failures corrected, freezes and has it approved; what changes meanwhile begins again. Undo: discard the run.
 *
 * @throws {ApplicationFailure} `PayrollRejected`, `PayrollNotApproved`; `RunInProgress`
 */
export async function prepareContent(open: OpenPayroll): Promise<ApprovedContent> {
  const { request, calls, progress, operator, saga, runId, conversation } = open;
  await progress.step('open the run', () =>
    saga.attempt({ name: 'discard the run', run: () => calls.cancelRun(runId) }, async () => {
      show(open, await untilAnswered(operator, 'open the run', () => calls.openRun(request, runId)));
    }),
  );
  let calculation = 1;
  await calculate(open, calculation);
  for (;;) {
    await conversation.untilCorrected();
    const wanted = conversation.takeRecalculation();
    if (wanted) {
      calculation += 1;
      const { by } = wanted;
      const time = calculation;
      show(open, await untilAnswered(operator, 'recalculate', () => calls.recalculateRun(runId, time, by)));
      await calculate(open, calculation);
    } else {
      const approved = await approve(open, calculation);
      if (approved) return approved;
    }
  }
}

function show({ progress, posted }: OpenPayroll, run: PayrollRun): void {
  const { runId, counts, currency, totals, contentHash, payAt } = run;
  Object.assign(progress.facts, { runId, counts, currency, totals, contentHash, payAt });
  posted.payAt = Date.parse(payAt);
}

/** A thousand employees an activity; what it has come to is counted by the service when it is frozen. */
async function calculate({ calls, progress, operator, runId }: OpenPayroll, calculation: number): Promise<void> {
  await progress.step('calculate the payslips', async () => {
    let counts = { payslips: 0, failed: 0, excluded: 0 };
    let after: EmployeeId | undefined;
    do {
      const from = after;
      const batches = await untilAnswered(operator, 'calculate the payslips', () =>
        // A cancellation takes effect after the batches.
        CancellationScope.nonCancellable(() => calls.calculateBatches(runId, calculation, from)),
      );
      counts = {
        payslips: counts.payslips + batches.counts.payslips,
        failed: counts.failed + batches.counts.failed,
        excluded: counts.excluded + batches.counts.excluded,
      };
      progress.facts.counts = counts;
      after = batches.next;
    } while (after !== undefined);
  });
}

/** @returns nothing when the content was changed meanwhile */
async function approve(open: OpenPayroll, calculation: number): Promise<ApprovedContent | undefined> {
  const { calls, progress, operator, runId, conversation } = open;
  const approvals = await conversation.freeze(async () => {
    const run = await progress.step('freeze the run', () =>
      untilAnswered(operator, 'freeze the run', () => calls.freezeRun(runId, calculation)),
    );
    show(open, run);
    const { contentHash: version = '', authors } = run;
    const asked = new Approvals<PayrollState>({
      ...{ progress, operator, state: 'awaiting-approval', what: () => 'the payroll' },
      findPerson: (personId) => calls.findPerson(personId),
      ask: (asking) => calls.askApprovers(asking),
    });
    asked.request({ version, required: requiredApprovals, authors });
    conversation.approvals = asked;
    return asked;
  });
  const outcome = await approvals.wait();
  const { version = '', approvals: given = [], required = [] } = approvals.status ?? {};
  if (outcome === 'closed') return undefined;
  if (outcome === 'rejected') throw failure(payrollRefusals.PayrollRejected, 'a person has rejected the payroll');
  if (outcome === 'expired') {
    throw failure(payrollRefusals.PayrollNotApproved, `it was not approved in time by ${required.join(' and ')}`);
  }
  conversation.decide();
  return { contentHash: String(version), approvals: given };
}
