import { z } from 'zod';

/** What something is about: an order, later an invoice or a purchase order. */
export const subjectSchema = z.strictObject({
  kind: z
    .string()
    .regex(/^[a-z]+(-[a-z]+)*$/, 'a kind is small words with hyphens, such as order or purchase-order')
    .max(40),
  id: z.string().min(1).max(200),
});

export type Subject = z.infer<typeof subjectSchema>;

/** A subject as people and addresses name it: `order/c-1`. */
export const subjectNameSchema = z
  .string()
  .regex(/^[a-z]+(-[a-z]+)*\/.+$/s, 'a subject is its kind and its id, such as order/c-1')
  .max(241);

/** The subject as {@link subjectNameSchema} has it. */
export const subjectName = ({ kind, id }: Subject): string => `${kind}/${id}`;

/** @param name as {@link subjectNameSchema} has it */
export function subjectNamed(name: string): Subject {
  const [kind = ''] = name.split('/', 1);
  return { kind, id: name.slice(kind.length + 1) };
}

/** The order as a subject. */
export const orderSubject = (orderId: string): Subject => ({ kind: 'order', id: orderId });
