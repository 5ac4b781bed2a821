import type { z } from 'zod';
import { ServiceFailure } from './failures.ts';
import { findUnstorable } from './foreign-text.ts';

/**
 * Reads an input by its schema.
 *
 * @throws {ServiceFailure} `InvalidRequest` for the first thing that is wrong, with the field as a path (`lines.0.sku`) and
 * the remedy in its message
 */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const unstorable = findUnstorable(input);
  if (unstorable) throw refusal(unstorable.field, unstorable.fault);
  const result = schema.safeParse(input, {
    error: ({ code, input }) => (code === 'invalid_type' && input === undefined ? 'is required' : undefined),
  });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])];
  throw refusal(path.join('.'), issue?.message ?? 'is not valid');
}

const refusal = (field: string, fault: string) =>
  new ServiceFailure('InvalidRequest', `${field || 'the request'}: ${fault}`, { field: field || undefined });
