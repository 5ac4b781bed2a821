import { z } from 'zod';
import { dateSchema, timeZoneSchema } from '../../contracts/calendar.ts';
import { billingDaySchema, chargesSchema, dueDaySchema, managerSchema } from '../../contracts/community.ts';
import { communityIdSchema, customerIdSchema } from '../../contracts/identifiers.ts';

export const communitySchema = z.strictObject({
  communityId: communityIdSchema,
  timeZone: timeZoneSchema.describe('Where its days begin.'),
  billingDay: billingDaySchema.describe('The day of the month on which it is invoiced.'),
  dueDay: dueDaySchema.describe('The day on which its invoices are due; the last one of a shorter month.'),
  manager: managerSchema,
});

export type Community = z.infer<typeof communitySchema>;

export const residentSchema = z.strictObject({
  customerId: customerIdSchema,
  movedIn: dateSchema,
  movedOut: dateSchema
    .optional()
    .describe('The first day on which they do not live there any more; absent while they do.'),
  charges: chargesSchema.describe('What they owe each month; none: nothing is invoiced.'),
});

/** A resident as they are imported. */
export const importedResidentSchema = residentSchema.refine(
  ({ movedIn, movedOut }) => movedOut === undefined || movedOut >= movedIn,
  { path: ['movedOut'], error: 'residents move out no earlier than they move in' },
);

export type Resident = z.infer<typeof residentSchema>;

/** A resident with what the accounts say of them. */
export const namedResidentSchema = residentSchema.extend({
  name: z.string().optional().describe('As their account has it; absent while nothing was told of it.'),
  banned: z.boolean().describe('Whether the account is banned; then their invoices are on hold.'),
});

/** A resident by where they live. */
export const residenceSchema = residentSchema.omit({ customerId: true }).extend({ communityId: communityIdSchema });

export type Residence = z.infer<typeof residenceSchema>;

export type NamedResident = z.infer<typeof namedResidentSchema>;
