import { resolveUpdate } from '../../workflows/kit/messages.ts';
import { Accounts, operatorOf } from '../workflows/accounts.ts';
import type { CheckoutEnvironment } from '../workflows/environment.ts';
import { by } from '../workflows/looked-after.ts';

/** How a check of the copies of the accounts can end. */
export const userCheckEndings = {
  async 'userCheck-in-step'(environment: CheckoutEnvironment) {
    const handle = await new Accounts().check(environment);
    await handle.result();
    return handle;
  },
  async 'userCheck-healed'(environment: CheckoutEnvironment) {
    const accounts = new Accounts();
    accounts.accounts.set('ada', 2).set('bob', 1);
    accounts.looksUntilTold = 2;
    const handle = await accounts.check(environment);
    await handle.result();
    return handle;
  },
  async 'userCheck-healed-communities'(environment: CheckoutEnvironment) {
    const accounts = new Accounts();
    accounts.accounts.set('ada', 2).set('bob', 1);
    accounts.copy.set('nobody', 1);
    const handle = await accounts.check(environment, 'communities');
    await handle.result();
    return handle;
  },
  async 'userCheck-settled-by-hand'(environment: CheckoutEnvironment) {
    const accounts = new Accounts();
    accounts.looksUntilTold = undefined;
    accounts.accounts.set('ada', 1);
    const handle = await accounts.check(environment);
    await operatorOf(environment, handle);
    await handle.executeUpdate(resolveUpdate, { args: [{ ...by, decision: 'settle' }] });
    await handle.result();
    return handle;
  },
};
