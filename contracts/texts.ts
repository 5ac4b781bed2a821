import type { z } from 'zod';
import { lengthOf } from './foreign-text.ts';

/**
 * A text of so many characters at most. Characters are code points, as JSON Schema and PostgreSQL count them: an emoji is
 * one, where `length`, and zod's `max`, count two.
 */
export const atMost = (text: z.ZodString, max: number, message: string): z.ZodString =>
  text.refine((value) => lengthOf(value) <= max, message).meta({ maxLength: max });
