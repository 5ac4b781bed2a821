import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { copyKeepers } from '../../contracts/user-copy.ts';
import { resolveUpdate } from '../../workflows/kit/messages.ts';
import { Accounts, operatorOf } from './accounts.ts';
import { CheckoutEnvironment } from './environment.ts';
import { by } from './looked-after.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create({ withBackOffice: true });
});

afterAll(() => environment?.close());

test('a copy that is in step is left alone', async () => {
  const accounts = new Accounts();
  for (const table of [accounts.accounts, accounts.copy]) table.set('ada', 3);
  expect(await (await accounts.check(environment)).result()).toMatchObject({
    ...{ outcome: 'completed', accounts: 1, differed: 0, republished: 0 },
  });
  expect(accounts.republished).toEqual([]);
});

test.each([
  ['at once', 0],
  ['after some looks', 4],
])('of a copy that is not in step only the parts that differ are published again, and it is %s', async (_, looks) => {
  const accounts = new Accounts();
  accounts.looksUntilTold = looks;
  for (let index = 0; index < 1_200; index++) accounts.accounts.set(`a-${index}`, 1);
  accounts.accounts.set('bob', 2);
  accounts.copy.set('bob', 2).set('a-7', 1);

  expect(await (await accounts.check(environment)).result()).toMatchObject({
    ...{ outcome: 'completed', accounts: 1_201, differed: 1, republished: 1_200 },
  });
  expect(new Set(accounts.republished).size).toBe(1_200);
  expect(accounts.copy).toEqual(accounts.accounts);
});

test('a copy that is not in step at the last look either needs an operator, and is looked at until it is', async () => {
  const accounts = new Accounts();
  accounts.looksUntilTold = undefined;
  accounts.accounts.set('ada', 1);
  const handle = await accounts.check(environment);
  expect(await operatorOf(environment, handle)).toMatchObject([
    { message: expect.stringContaining('parts 0'), canBeSettled: true },
  ]);
  accounts.looksUntilTold = 0;
  expect(await handle.result()).toMatchObject({ outcome: 'completed', differed: 1 });
  expect(accounts.copy).toEqual(accounts.accounts);
});

test('rows of customers whom nobody knows are removed, and no other ones', async () => {
  const accounts = new Accounts();
  for (let index = 0; index < 1_200; index++) {
    accounts.accounts.set(`a-${index}`, 1);
    accounts.copy.set(`a-${index}`, 1).set(`x-${index}`, 1);
  }
  expect(await (await accounts.check(environment)).result()).toMatchObject({ outcome: 'completed', dropped: 1_200 });
  expect(new Set(accounts.dropped).size).toBe(1_200);
  expect(accounts.copy).toEqual(accounts.accounts);
});

test.each(copyKeepers)('the copy of %s is checked alone', async (service) => {
  const accounts = new Accounts();
  accounts.accounts.set('ada', 1);
  expect(await (await accounts.check(environment, service)).result()).toMatchObject({ service, republished: 1 });
  expect([...accounts.keepers]).toEqual([service]);
});

test('a check that names no service is of billing, as those of before were', async () => {
  const accounts = new Accounts();
  const handle = await accounts.checkAs(environment, `user-check/billing-${randomUUID()}`, {});
  expect(await handle.result()).toMatchObject({ service: 'billing', checkId: expect.stringMatching(/^billing-/) });
  expect([...accounts.keepers]).toEqual(['billing']);
});

test('a check of a service that keeps no copy is refused by its field', async () => {
  const handle = await new Accounts().checkAs(environment, `user-check/${randomUUID()}`, { service: 'ledger' });
  await expect(handle.result()).rejects.toMatchObject({
    cause: { cause: { type: 'InvalidRequest', message: expect.stringContaining('service') } },
  });
});

test('a copy that stays as it is, is for an operator to mend, who says so', async () => {
  const accounts = new Accounts();
  accounts.looksUntilTold = undefined;
  accounts.accounts.set('ada', 1);
  const handle = await accounts.check(environment);
  await operatorOf(environment, handle);
  await handle.executeUpdate(resolveUpdate, { args: [{ ...by, decision: 'settle' }] });
  expect(await handle.result()).toMatchObject({ outcome: 'completed', accounts: 1, differed: 1 });
});
