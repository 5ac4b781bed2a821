import { copyKeepers } from '../../../contracts/user-copy.ts';
import { none } from './sql.ts';

const differing = (service: string) =>
  none(`(
    select from customers.customers as account full join ${service}.customers_copy as copy using (customer_id)
    where (account.version, account.name, account.email, account.country, account.status)
      is distinct from (copy.version, copy.name, copy.email, copy.country, copy.status)
  ) as differing`);

/** What must hold of the accounts and the copies of them. */
export const usersEquations: Readonly<Record<string, string>> = Object.fromEntries(
  copyKeepers.map((service) => [
    `users: accounts and rows of the copy of ${service} that differ = 0`,
    differing(service),
  ]),
);
