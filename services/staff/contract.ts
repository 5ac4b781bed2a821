import { z } from 'zod';
import { approvalRefusals } from '../../contracts/approval-refusals.ts';
import { personRoleSchema } from '../../contracts/approvals.ts';
import { delegationIdSchema, personIdSchema } from '../../contracts/identifiers.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';
import {
  approverSchema,
  delegationDraftSchema,
  delegationSchema,
  foundPersonSchema,
  importedPersonSchema,
  personSchema,
} from './shapes.ts';

const readers = ['back-office-worker', 'operator', 'finance', 'manager', 'cfo', 'payroll'] as const;
/** Who may lend their own roles; an operator records it for those who are away. */
const lenders = ['operator', 'manager', 'cfo', 'finance', 'payroll', 'reviewer'] as const;

export const staffContract = defineHttpContract({
  name: 'staff',
  version: '1.0.0',
  summary: 'Who works here, with which roles, under whom, and who decides for whom meanwhile',
  operations: {
    importStaff: {
      method: 'POST',
      path: '/people/import',
      access: ['operator'],
      summary: 'Adds people, or updates them; of two with the same id the last one counts',
      input: z.strictObject({ people: z.array(importedPersonSchema).min(1).max(1_000) }),
      output: z.object({ imported: z.int() }),
      failures: [],
    },
    findPerson: {
      method: 'GET',
      path: '/people/:personId',
      access: readers,
      summary: 'One person, with the roles that others have lent them',
      input: z.strictObject({ personId: personIdSchema }),
      output: foundPersonSchema,
      failures: [approvalRefusals.PersonUnknown],
    },
    listPeople: {
      method: 'GET',
      path: '/people',
      access: readers,
      summary: 'All people, the smallest id first',
      input: z.strictObject({
        after: personIdSchema.optional(),
        limit: z.coerce.number().int().min(1).max(1_000).default(100),
      }),
      output: z.object({ people: z.array(personSchema) }),
      failures: [],
    },
    findApprovers: {
      method: 'POST',
      path: '/approvers',
      access: readers,
      summary: 'Who may decide for these roles now: active holders, their delegates, their superiors',
      input: z.strictObject({ roles: z.array(personRoleSchema).min(1).max(20) }),
      output: z.object({ approvers: z.array(approverSchema) }),
      failures: [],
    },
    delegate: {
      method: 'PUT',
      path: '/delegations/:delegationId',
      access: lenders,
      summary: 'A person lends their roles to another one for a time; the same id again is the same delegation',
      input: delegationDraftSchema,
      output: delegationSchema,
      failures: [approvalRefusals.PersonUnknown, 'IdempotencyConflict'],
    },
    endDelegation: {
      method: 'POST',
      path: '/delegations/:delegationId/end',
      access: lenders,
      summary: 'Ends a delegation now; one that is over stays as it is',
      input: z.strictObject({ delegationId: delegationIdSchema }),
      output: delegationSchema,
      failures: [approvalRefusals.DelegationUnknown],
    },
  },
});

export type StaffClient = HttpClient<typeof staffContract>;

export type { Approver, FoundPerson } from './shapes.ts';
