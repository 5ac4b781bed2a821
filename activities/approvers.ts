import { missingRoles } from '../contracts/approvals.ts';
import type { CallOptions } from '../platform/http/contract.ts';
import type { Approver, StaffClient } from '../services/staff/contract.ts';
import type { Asked, Asking } from '../workflows/kit/approval-askings.ts';

/** A person who is told that an approval of a role waits for them. */
export type AskedApprover = Pick<Approver, 'personId' | 'role' | 'name' | 'email'>;

/**
 * Has those told whose decision brings what waits for approvals further: who holds a required role or has it lent, and superiors
 * once it is escalated. Who they are stays in here: a history has none of their names.
 *
 * @param tell each once, however often it is called
 * @returns the roles that would be missing although all of them approved
 */
export async function askApprovers(
  staff: StaffClient,
  { kind, status }: Asking,
  tell: (approvers: AskedApprover[]) => Promise<unknown>,
  options: CallOptions,
): Promise<Asked> {
  const { approvers } = await staff.findApprovers({ roles: [...status.required] }, options);
  const able = approvers.filter(
    ({ personId, as }) =>
      (kind === 'escalation' || as !== 'superior') &&
      !status.authors.includes(personId) &&
      !status.approvals.some(({ by }) => by === personId),
  );
  const approving = ({ personId: by }: Approver) => ({
    ...{ by, version: status.version },
    roles: able.filter(({ personId }) => personId === by).map(({ role }) => ({ role })),
  });
  const missingWith = (people: readonly Approver[]) =>
    missingRoles(status, [...status.approvals, ...people.map(approving)]);
  const asked = able
    .filter((one) => missingWith([one]).length < status.missing.length)
    .map(({ personId, role, name, email }) => ({ personId, role, name, email }));
  if (asked.length > 0) await tell(asked);
  return { vacant: missingWith(able) };
}
