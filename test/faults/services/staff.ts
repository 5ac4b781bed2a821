import { approvalRefusals } from '../../../contracts/approval-refusals.ts';
import { ServiceFailure } from '../../../contracts/failures.ts';
import type { OutputOf } from '../../../platform/http/contract.ts';
import type { staffContract } from '../../../services/staff/contract.ts';

type Operations = typeof staffContract.operations;

const holders: Readonly<Record<string, readonly string[]>> = { petra: ['payroll'], paul: ['payroll'], carl: ['cfo'] };

/** The staff in memory: two who do the payroll, and one who looks after the money. */
export class FakeStaff {
  findPerson({ personId }: { readonly personId: string }): OutputOf<Operations['findPerson']> {
    const roles = holders[personId];
    if (!roles) throw new ServiceFailure(approvalRefusals.PersonUnknown, `there is no ${personId}`);
    return { ...contactOf(personId), roles, active: true, delegations: [], reports: [] } as never;
  }

  findApprovers({ roles }: { readonly roles: readonly string[] }): OutputOf<Operations['findApprovers']> {
    const approvers = Object.entries(holders).flatMap(([personId, held]) =>
      held.filter((role) => roles.includes(role)).map((role) => ({ ...contactOf(personId), role, as: 'holder' })),
    );
    return { approvers } as never;
  }
}

const contactOf = (personId: string) => ({ personId, name: personId, email: `${personId}@example.org` });
