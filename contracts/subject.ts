import { z } from 'zod';

/** The name of a kind of thing: open, so that a new one breaks no contract. */
export const wordsSchema = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'is lower-case words with hyphens between them, such as payment-failed');

/** What something is about: an order, later an invoice or a purchase order. */
export const subjectSchema = z.object({
  kind: wordsSchema.describe('What kind of thing: `order`. Others may come.'),
  id: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
      'is 1 to 128 letters, digits, dots, dashes and underscores, and begins with a letter or digit',
    )
    .describe('Which one, by its id.'),
});

export type Subject = z.infer<typeof subjectSchema>;

/** A subject as people and addresses name it: `order/c-1`. */
export const subjectNameSchema = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,63}\/[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
    'a subject is its kind and its id, such as order/c-1',
  );

/** The subject as {@link subjectNameSchema} has it. */
export const subjectName = ({ kind, id }: Subject): string => `${kind}/${id}`;

/** @param name as {@link subjectNameSchema} has it */
export function subjectNamed(name: string): Subject {
  const [kind = ''] = name.split('/', 1);
  return { kind, id: name.slice(kind.length + 1) };
}

/** The order as a subject. */
export const orderSubject = (orderId: string): Subject => ({ kind: 'order', id: orderId });
