import type { HttpOperation } from '../platform/http/contract.ts';
import { staffContract } from '../services/staff/contract.ts';

const { importStaff, findPerson, listPeople, delegate, endDelegation } = staffContract.operations;
/** The processes call the service themselves. */
const readers = ['operator', 'finance', 'manager', 'cfo', 'payroll'] as const;

const exampleTimes = { startsAt: '2026-03-01T00:00:00.000Z', endsAt: '2026-03-15T00:00:00.000Z' };
const exampleDelegation = { delegationId: 'd-1', from: 'carl', to: 'dora', roles: ['cfo'], ...exampleTimes };
const examplePerson = { name: 'Dora Delegate', email: 'dora@example.org', roles: [], superior: 'carl', active: true };

/** Who works here, with which roles, and who decides for whom meanwhile. */
export const staffOperations = {
  importStaff: {
    ...importStaff,
    path: '/v1/staff/import',
    example: { input: { people: [{ personId: 'dora', ...examplePerson }] }, output: { imported: 1 } },
  },
  listStaff: {
    ...listPeople,
    path: '/v1/staff',
    access: readers,
    example: { input: { limit: 100 }, output: { people: [{ personId: 'dora', ...examplePerson }] } },
  },
  readPerson: {
    ...findPerson,
    path: '/v1/staff/:personId',
    access: readers,
    example: {
      input: { personId: 'dora' },
      output: { personId: 'dora', ...examplePerson, delegations: [exampleLent()], reports: [] },
    },
  },
  delegateRoles: {
    ...delegate,
    path: '/v1/delegations/:delegationId',
    example: { input: exampleDelegation, output: { ...exampleDelegation, by: 'carl' } },
  },
  endDelegation: {
    ...endDelegation,
    path: '/v1/delegations/:delegationId/end',
    example: { input: { delegationId: 'd-1' }, output: { ...exampleDelegation, by: 'carl' } },
  },
} as const satisfies Record<string, HttpOperation>;

function exampleLent() {
  const { to: _, ...lent } = exampleDelegation;
  return lent;
}
