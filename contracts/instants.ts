import { z } from 'zod';

/** Times from the first on, and before the second. */
const range = { from: '2000-01-01T00:00:00Z', before: '2200-01-01T00:00:00Z' } as const;

const longest = '2026-01-31T12:00:00.123456789+00:00'.length;

const form = 'a time is ISO 8601 (RFC 3339) in UTC, such as 2026-01-31T12:00:00Z';
const rule = 'a time lies from 2000-01-01T00:00:00Z on and before 2200-01-01T00:00:00Z';

/** RFC 3339, whose letters may be small. */
const pattern = new RegExp(z.iso.datetime({ offset: true })._zod.pattern?.source ?? '', 'i');

/** `2026-01-31T13:00:00+01:00` becomes `2026-01-31T12:00:00.000Z`; what has no offset stays as it is. */
function toUtc(given: string): string {
  const text = given.toUpperCase();
  if (text.endsWith('Z')) return text;
  return /[+-]00:00$/.test(text) ? text.replace(/.{6}$/, 'Z') : new Date(text).toISOString();
}

/**
 * A time as others send it, wherever it comes in: RFC 3339, within a range in which no program takes it for another one.
 * An offset is accepted and becomes `Z`, the only form that is stored, answered and published, and so the documented one.
 */
export const instantSchema = z
  .string({ error: (issue) => (issue.input === undefined ? 'is required' : form) })
  .regex(pattern, { error: form, abort: true })
  // Nine digits of a second, which are nanoseconds, and an offset. PostgreSQL does not read a text of any length.
  .refine((text) => text.length <= longest, { error: 'a time has at most nine digits of a second', abort: true })
  .refine((text) => Date.parse(text) >= Date.parse(range.from) && Date.parse(text) < Date.parse(range.before), rule)
  .overwrite(toUtc)
  .meta({ format: 'date-time', pattern: z.iso.datetime()._zod.pattern?.source });

/** A time in an answer: whatever is stored can be read, also what came in before there was a range. */
export const recordedInstantSchema = z.iso.datetime();
