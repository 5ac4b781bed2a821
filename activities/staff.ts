import type { InputOf } from '../platform/http/contract.ts';
import type { Approver, FoundPerson, StaffClient, staffContract } from '../services/staff/contract.ts';
import { callService } from './service-call.ts';

type Operations = typeof staffContract.operations;

export function createStaffActivities({ staff }: { readonly staff: StaffClient }) {
  return {
    async findPerson(personId: string): Promise<FoundPerson> {
      return callService((options) => staff.findPerson({ personId }, options));
    },
    async findApprovers(roles: InputOf<Operations['findApprovers']>['roles']): Promise<Approver[]> {
      return callService(async (options) => (await staff.findApprovers({ roles }, options)).approvers);
    },
  };
}
