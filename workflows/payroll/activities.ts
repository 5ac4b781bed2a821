import type { PayrollActivities } from '../../activities/payroll.ts';
import { defineCalls } from '../kit/calls.ts';
import { untilDone } from '../kit/retry-policies.ts';

const call = {
  startToCloseTimeout: '15s',
  heartbeatTimeout: '5s',
  total: 10 * 60_000,
  retry: untilDone,
} as const;

/** Takes a thousand employees, a hundred in a transaction. */
const batches = { ...call, startToCloseTimeout: '60s' } as const;

/** Every call of a payroll. Summaries are never sealed: they say nothing. */
export const openCalls = defineCalls<PayrollActivities>()({
  openRun: { summary: 'open the run', ...call },
  calculateBatches: { summary: 'calculate payslips', ...batches },
  recalculateRun: { summary: 'calculate from the beginning', ...call },
  excludeEmployee: { summary: 'leave an employee out', ...call },
  freezeRun: { summary: 'fix what is paid', ...call },
  cancelRun: { summary: 'discard the run', ...call },
  postRun: { summary: 'post the salaries', ...call },
  sendPayslips: { summary: 'send payslips', ...batches },
  payBatches: { summary: 'pay payslips', ...batches },
  closeRun: { summary: 'close the run', ...call },
  findPerson: { summary: 'look a person up', ...call, total: 60_000 },
  askApprovers: { summary: 'ask for approvals', ...call },
});
