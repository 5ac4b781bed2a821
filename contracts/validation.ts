import type { z } from 'zod';
import { ServiceFailure } from './failures.ts';

/**
 * Reads an input by its schema.
 *
 * @throws {ServiceFailure} `InvalidRequest` for the first thing that is wrong, with the field as a path (`lines.0.sku`) and
 * the mend in its message
 */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input, {
    error: ({ code, input }) => (code === 'invalid_type' && input === undefined ? 'is required' : undefined),
  });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])];
  const field = path.join('.');
  throw new ServiceFailure('InvalidRequest', `${field || 'the request'}: ${issue?.message}`, {
    field: field || undefined,
  });
}
