import { z } from 'zod';

/**
 * Leaves out the fields that are `null` where the schema has an optional field that takes no null: serializers of other
 * languages write an absent value so.
 */
export function withoutNulls(schema: z.ZodType, value: unknown): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((entry) => withoutNulls(inner.element as z.ZodType, entry));
  }
  if (!(inner instanceof z.ZodObject) || typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  const shape: Readonly<Record<string, z.ZodType>> = inner.shape;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => {
      const known = Object.hasOwn(shape, name) ? shape[name] : undefined;
      if (!known) return [[name, field]];
      return field === null && isAbsentAllowed(known) ? [] : [[name, withoutNulls(known, field)]];
    }),
  );
}

const isAbsentAllowed = (schema: z.ZodType) => schema.safeParse(undefined).success && !schema.safeParse(null).success;

function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
    ? unwrap(schema.unwrap() as z.ZodType)
    : schema;
}
