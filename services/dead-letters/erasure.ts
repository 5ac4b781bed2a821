import { sql, type Transaction } from 'kysely';
import { erasedContact } from '../../contracts/erased-customer.ts';
import { defineConsumer } from '../../events/consumers.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import type { DeadLettersTables } from './store.ts';

/** Erases names and mail addresses of customers in the messages that are archived; what else they say can still be replayed. */
export const deadLettersConsumer = defineConsumer<DeadLettersTables>()({
  ...subscriptions.deadLetters,
  handlers: {
    async CustomerErased({ data: { customerId } }, transaction: Transaction<DeadLettersTables>) {
      const { rows } = await sql<{ id: number; body: Buffer }>`
        select dead_letter_id as id, body from dead_letters
        where position(convert_to(${customerId}, 'UTF8') in body) > 0 order by 1 for update
      `.execute(transaction);
      for (const { id, body } of rows) {
        const without = withoutPerson(body, customerId);
        if (!without) continue;
        await sql`
          update dead_letters set body = ${without}, error_message = null, error_stack = null where dead_letter_id = ${id}
        `.execute(transaction);
      }
    },
  },
});

/**
 * A message without the person whom it is about.
 *
 * @returns `undefined` when it is about another one; nothing of what is no event, since it does not tell whom it names
 */
export function withoutPerson(body: Buffer, customerId: string): Buffer | undefined {
  let event: { data?: Record<string, unknown> } | null;
  try {
    event = JSON.parse(body.toString('utf8'));
  } catch {
    return Buffer.alloc(0);
  }
  const { data } = event ?? {};
  if (typeof data !== 'object' || data === null || data['customerId'] !== customerId) return undefined;
  const { name, email } = erasedContact;
  const changes = {
    ...('name' in data && { name }),
    ...('email' in data && { email }),
    ...('customer' in data && { customer: { name, email } }),
  };
  return Buffer.from(JSON.stringify({ ...event, data: { ...data, ...changes } }));
}
