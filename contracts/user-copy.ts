import { z } from 'zod';
import { customerIdSchema } from './identifiers.ts';
import { bucketChecksumSchema, bucketSchema } from './read-copy.ts';

/** The services that keep a copy of the accounts. */
export const copyKeepers = ['billing', 'communities'] as const;

export type CopyKeeper = (typeof copyKeepers)[number];

/** What each of them answers about its copy. */
export const userCopyOperations = {
  copyChecksums: {
    method: 'GET',
    path: '/customers-copy/checksums',
    access: ['back-office-worker', 'operator'],
    summary: 'What the copy of the accounts is, in parts: in step, it has the checksums of the customers service',
    input: z.strictObject({}),
    output: z.object({ buckets: z.array(bucketChecksumSchema) }),
    failures: [],
  },
  listCopies: {
    method: 'GET',
    path: '/customers-copy',
    access: ['back-office-worker', 'operator'],
    summary: 'Whom the copy of the accounts has in one part, by their ids; a page that is not full is the last one',
    input: z.strictObject({
      bucket: bucketSchema,
      after: customerIdSchema.optional().describe('The last id of the page before.'),
      limit: z.coerce.number().int().min(1).max(1_000).default(1_000),
    }),
    output: z.object({ customerIds: z.array(customerIdSchema) }),
    failures: [],
  },
  dropCopies: {
    method: 'POST',
    path: '/customers-copy/drop',
    access: ['back-office-worker'],
    summary:
      'Removes from the copy whom the customers service does not know; the next event of an account brings it back',
    input: z.strictObject({ customerIds: z.array(customerIdSchema).min(1).max(1_000) }),
    output: z.object({ dropped: z.int() }),
    failures: [],
  },
} as const;
