import { workflowInfo } from '@temporalio/workflow';
import { failureAsItWas } from '../kit/failure.ts';
import { Milestones } from '../kit/milestones.ts';
import { Operator } from '../kit/operator.ts';
import { Progress } from '../kit/progress.ts';
import { reasonOf } from '../kit/reason.ts';
import type { ProcessEnding } from '../kit/run-process.ts';
import { Saga } from '../kit/saga.ts';
import { untilAnswered } from '../kit/until-answered.ts';
import { taskQueues } from '../task-queues.ts';
import { openCalls } from './activities.ts';
import type { PayrollFacts, PayrollId, PayrollRequest, PayrollResult, PayrollState } from './contract.ts';
import { Conversation } from './conversation.ts';
import { payrollHeadline } from './headline.ts';
import { payrollCancelled } from './reasons.ts';

export type OpenPayroll = ReturnType<typeof openPayroll>;

/** What a payroll is made of while it runs. */
export function openPayroll(request: PayrollRequest) {
  const { payrollId } = request;
  const progress = new Progress<PayrollState, PayrollFacts>({ state: 'running', headline: payrollHeadline });
  const operator = new Operator(progress);
  const calls = openCalls();
  // A workflow that follows another one under the id has a run of its own.
  const runId = workflowInfo().firstExecutionRunId;
  const milestones = new Milestones(subjectOf(payrollId), operator, taskQueues.payroll);
  const conversation = new Conversation({
    payrollId,
    progress,
    async exclude(exclusion) {
      try {
        const excluding = () => calls.excludeEmployee(runId, exclusion);
        progress.facts.counts = (await untilAnswered(operator, 'leave an employee out', excluding)).counts;
      } catch (error) {
        // Who has asked for it reads the refusal itself.
        throw failureAsItWas(reasonOf(error));
      }
    },
  });
  return {
    ...{ request, progress, operator, calls, runId, milestones, conversation },
    saga: new Saga(operator, (undone) => progress.recordUndone(undone)),
    /** What of the run the pivot and what follows it need. */
    posted: { payAt: 0 },
    get ending(): ProcessEnding<PayrollResult> {
      return {
        ...{ progress, saga: this.saga, milestones },
        ids: { payrollId },
        cancelledAs: payrollCancelled,
        // Its end is in the payroll service.
        recordPublication: async () => undefined,
        concluded: (result) => conversation.conclude(result),
      };
    },
  };
}

/** `staff.2026-02`: what is sealed in an event is about it. */
const subjectOf = (payrollId: PayrollId | undefined): string => String(payrollId).replace('/', '.');
