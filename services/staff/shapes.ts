import { z } from 'zod';
import { personRoleSchema } from '../../contracts/approvals.ts';
import {
  delegationIdSchema,
  instantSchema,
  personIdSchema,
  recordedInstantSchema,
} from '../../contracts/identifiers.ts';
import { mailAddressSchema } from '../../contracts/mail-address.ts';
import { atMost } from '../../contracts/texts.ts';

/** A person as they are imported. */
export const personSchema = z.strictObject({
  personId: personIdSchema.describe('The subject of their token.'),
  name: atMost(z.string().trim().min(1, 'name the person'), 200, 'a name has at most 200 characters'),
  email: mailAddressSchema,
  roles: z.array(personRoleSchema).max(20),
  superior: personIdSchema.optional().describe('Who decides for them when they do not.'),
  active: z.boolean().default(true).describe('Whether they work here now.'),
});

export type Person = z.output<typeof personSchema>;

export const importedPersonSchema = personSchema.refine(({ personId, superior }) => personId !== superior, {
  path: ['superior'],
  error: 'a person cannot be their own superior',
});

/** What is asked for when a person lends their roles to another one. */
export const delegationDraftSchema = z.strictObject({
  delegationId: delegationIdSchema,
  from: personIdSchema.describe('Whose roles are lent.'),
  to: personIdSchema.describe('Who may decide for them; not lent on by that one.'),
  roles: z.array(personRoleSchema).min(1).max(20).optional().describe('Which of them. Default: all.'),
  startsAt: instantSchema.optional().describe('Default: now.'),
  endsAt: instantSchema.describe('The first moment at which it is over.'),
});

export const delegationSchema = z.object({
  delegationId: delegationIdSchema,
  from: personIdSchema,
  to: personIdSchema,
  roles: z.array(personRoleSchema).optional().describe('Absent: all that the lender holds.'),
  startsAt: recordedInstantSchema,
  endsAt: recordedInstantSchema,
  by: personIdSchema.describe('Who has recorded it.'),
});

export type Delegation = z.output<typeof delegationSchema>;

/** A person, with what others have lent them and whose superior they are. */
export const foundPersonSchema = personSchema.extend({
  delegations: z
    .array(
      z.object({
        delegationId: delegationIdSchema,
        from: personIdSchema,
        roles: z.array(personRoleSchema),
        startsAt: recordedInstantSchema,
        endsAt: recordedInstantSchema,
      }),
    )
    .describe('From people who are active, and not over; those that have not begun are among them.'),
  reports: z
    .array(z.object({ personId: personIdSchema, roles: z.array(personRoleSchema) }))
    .describe('The active people whose superior they are.'),
});

export type FoundPerson = z.output<typeof foundPersonSchema>;

/** One who may decide for a role now. */
export const approverSchema = z.object({
  role: personRoleSchema,
  personId: personIdSchema,
  name: z.string(),
  email: z.string(),
  /** `superior`: of a holder, and so once it was escalated. */
  as: z.enum(['holder', 'delegate', 'superior']),
  of: personIdSchema.optional().describe('The holder whose delegate or superior they are.'),
});

export type Approver = z.output<typeof approverSchema>;
