import { z } from 'zod';

/** Into how many parts a table and its copies are divided, to find what differs without reading all of it. */
export const bucketCount = 64;

export const bucketSchema = z.coerce
  .number()
  .int()
  .min(0)
  .max(bucketCount - 1);

/** What one part of a table holds; equal parts have equal checksums, and an empty one has none. */
export const bucketChecksumSchema = z.object({ bucket: bucketSchema, count: z.int(), checksum: z.string() });

export type BucketChecksum = z.infer<typeof bucketChecksumSchema>;
