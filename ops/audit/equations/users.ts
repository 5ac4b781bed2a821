import { type CopyKeeper, copyKeepers } from '../../../contracts/user-copy.ts';
import type { Equation, Equations } from '../equation.ts';
import { none } from './sql.ts';

const differing = (service: CopyKeeper): Equation => ({
  sides: none(
    `'customer ' || customer_id`,
    `customers.customers as account full join ${service}.customers_copy as copy using (customer_id)
     where (account.version, account.name, account.email, account.country, account.status)
       is distinct from (copy.version, copy.name, copy.email, copy.country, copy.status)`,
  ),
  carriers: [service],
  means: `What ${service} knows of an account is what the customers service says.`,
  remedy: '`users check` compares and publishes again what differs, as it does by itself every night.',
});

/** What must hold of the accounts and the copies of them. */
export const usersEquations: Equations = Object.fromEntries(
  copyKeepers.map((service) => [
    `users: accounts and rows of the copy of ${service} that differ = 0`,
    differing(service),
  ]),
);
