import { sql, type Transaction } from 'kysely';
import { erasedContact } from '../../contracts/erased-customer.ts';
import { defineConsumer } from '../../events/consumers.ts';
import { subscriptions } from '../../events/subscriptions.ts';

type Tables = Record<never, never>;

/** Erases names and mail addresses of customers in what the orders remember. */
export const ordersConsumer = defineConsumer<Tables>()({
  ...subscriptions.orders,
  handlers: {
    async CustomerErased({ data: { customerId } }, transaction: Transaction<Tables>) {
      await sql`
        update orders set contact_name = ${erasedContact.name}, contact_email = ${erasedContact.email}
        where customer_id = ${customerId} and contact_name is not null
      `.execute(transaction);
    },
  },
});
