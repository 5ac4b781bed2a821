import { activityInfo } from '@temporalio/activity';
import { approvalRefusals } from '../contracts/approval-refusals.ts';
import { ServiceFailure } from '../contracts/failures.ts';
import type { PayrollClient } from '../services/payroll/contract.ts';
import type { StaffClient } from '../services/staff/contract.ts';
import type { Asking } from '../workflows/kit/approvals.ts';
import { callService } from './service-call.ts';

interface Clients {
  readonly payroll: PayrollClient;
  readonly staff: StaffClient;
}

export function createPayrollApproverActivities({ payroll, staff }: Clients) {
  return {
    /**
     * Has those told who may decide for what is missing: who holds a role or has it lent, and superiors once it is escalated.
     * Who they are stays in here: the history has none of their names.
     *
     * @throws {ApplicationFailure} `ApprovalMissing` when nobody may decide for a role
     */
    async askApprovers({ kind, day, status: { version, missing, authors } }: Asking): Promise<number> {
      return callService(async (options) => {
        const { approvers } = await staff.findApprovers({ roles: [...missing] }, options);
        const able = approvers.filter(
          (one) => !authors.includes(one.personId) && (kind === 'escalation' || one.as !== 'superior'),
        );
        const vacant = missing.filter((role) => !able.some((one) => one.role === role));
        if (vacant.length > 0) {
          throw new ServiceFailure(
            approvalRefusals.ApprovalMissing,
            `no person on the staff may decide as ${vacant.join(' or ')}: import one, or delegate the role`,
          );
        }
        const asked = able.map(({ personId, role, name, email }) => ({ personId, role, name, email }));
        const processId = activityInfo().workflowExecution?.workflowId ?? '';
        const call = { processId, version: String(version), kind, day, approvers: asked };
        return (await payroll.askApprovers(call, options)).asked;
      });
    },
  };
}
