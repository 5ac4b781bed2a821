import { untilAnswered } from '../kit/until-answered.ts';
import type { ApprovedContent } from './content.ts';
import { monthOf } from './contract.ts';
import type { OpenPayroll } from './open-payroll.ts';

/** The pivot: the service checks the approvals again, and posts the run once. */
export async function post(open: OpenPayroll, { contentHash, approvals }: ApprovedContent): Promise<void> {
  const { request, calls, progress, operator, runId, milestones } = open;
  const { payslips, sealed, run } = await progress.step('post the salaries', () =>
    untilAnswered(operator, 'post the salaries', () => calls.postRun(runId, contentHash, approvals)),
  );
  const { groupId, period } = monthOf(request.payrollId);
  const { currency } = run;
  if (sealed) milestones.record('SalaryPosted', { groupId, period, currency, payslips, contentHash, sealed });
}

/** Tells the books, then the employees, and pays on the pay day. */
export async function carryThrough(open: OpenPayroll): Promise<void> {
  const { request, calls, progress, operator, runId, milestones, conversation, posted } = open;
  // The books have it before an employee hears of it.
  await milestones.publish();
  await progress.step('send the payslips', () =>
    repeat(async () => {
      const { sent, left } = await operator.untilDone('send the payslips', () => calls.sendPayslips(runId));
      progress.facts.payslipsSent = (progress.facts.payslipsSent ?? 0) + sent;
      return left;
    }),
  );
  await conversation.untilPayDay(posted.payAt);
  await progress.step('pay the salaries', () =>
    repeat(async () => {
      const { paid, left } = await operator.untilDone('pay the salaries', () =>
        calls.payBatches(runId, conversation.paymentDecidedBy),
      );
      progress.facts.payslipsPaid = (progress.facts.payslipsPaid ?? 0) + paid;
      return left;
    }),
  );
  const { run, payslips, sealed } = await operator.untilDone('close the run', () => calls.closeRun(runId));
  const { groupId, period } = monthOf(request.payrollId);
  if (sealed) milestones.record('SalaryPaid', { groupId, period, currency: run.currency, payslips, sealed });
}

/** @param some does some of it, and tells how much is left */
async function repeat(some: () => Promise<number>): Promise<void> {
  while ((await some()) > 0);
}
