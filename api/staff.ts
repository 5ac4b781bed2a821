import type { ServiceClients } from '../client/services.ts';
import type { ApiHandlers } from './caller.ts';
import type { staffOperations } from './staff-contract.ts';

/** The staff know who calls by their own token: who lends roles is told from it. */
export function staffHandlers({ staff }: Pick<ServiceClients, 'staff'>): ApiHandlers<typeof staffOperations> {
  return {
    importStaff: (input, { call }) => staff.importStaff(input, call),
    listStaff: (input, { call }) => staff.listPeople(input, call),
    readPerson: (input, { call }) => staff.findPerson(input, call),
    delegateRoles: (input, { call }) => staff.delegate(input, call),
    endDelegation: (input, { call }) => staff.endDelegation(input, call),
  };
}
