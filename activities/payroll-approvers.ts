import { activityInfo } from '@temporalio/activity';
import type { PayrollClient } from '../services/payroll/contract.ts';
import type { StaffClient } from '../services/staff/contract.ts';
import type { Asked, Asking } from '../workflows/kit/approval-askings.ts';
import { askApprovers } from './approvers.ts';
import { callService } from './service-call.ts';

interface Clients {
  readonly payroll: PayrollClient;
  readonly staff: StaffClient;
}

export function createPayrollApproverActivities({ payroll, staff }: Clients) {
  return {
    async askApprovers(asking: Asking): Promise<Asked> {
      const { kind, day, status } = asking;
      const processId = activityInfo().workflowExecution?.workflowId ?? '';
      const call = { processId, version: String(status.version), kind, day };
      return callService((options) =>
        askApprovers(staff, asking, (approvers) => payroll.askApprovers({ ...call, approvers }, options), options),
      );
    },
  };
}
