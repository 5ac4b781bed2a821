import { none } from './sql.ts';

/** What must hold of the accounts and the copies of them. */
export const usersEquations = {
  "users: accounts and rows of billing's copy that differ = 0": none(`(
    select from customers.customers as account full join billing.customers_copy as copy using (customer_id)
    where (account.version, account.name, account.email, account.country, account.status)
      is distinct from (copy.version, copy.name, copy.email, copy.country, copy.status)
  ) as differing`),
};
