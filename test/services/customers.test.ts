import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { CustomersClient, ImportedCustomer } from '../../services/customers/contract.ts';
import { importCustomers } from '../../services/customers/store.ts';
import { customer, openCustomers } from './customers-environment.ts';
import type { ServiceInProcess } from './service-in-process.ts';

let service: ServiceInProcess<unknown>;
let customers: CustomersClient;

beforeAll(async () => {
  ({ service, customers } = await openCustomers());
});

afterAll(() => service.stop());

describe('importing', () => {
  const all = (imported: number, stillBanned: string[] = []) => ({ imported, stillBanned });

  test('adds customers, and updates each field of those that are there', async () => {
    expect(await customers.importCustomers({ customers: [customer('a'), customer('b')] })).toEqual(all(2));
    const changed = {
      ...customer('a'),
      name: 'Ada King',
      email: 'ada.king@example.com',
      country: 'FR',
      status: 'banned' as const,
    };
    expect(await customers.importCustomers({ customers: [changed] })).toEqual(all(1));
    expect(await customers.findCustomer({ customerId: 'a' })).toEqual(changed);
    expect(await customers.findCustomer({ customerId: 'b' })).toEqual(customer('b'));
  });

  test('never lifts a ban, and says whose ban stays', async () => {
    await customers.importCustomers({ customers: [customer('sticky'), customer('free')] });
    await customers.banCustomer({ customerId: 'sticky', reason: 'stolen cards' });
    const moved = { ...customer('sticky'), email: 'ada@example.net' };
    expect(await customers.importCustomers({ customers: [moved, customer('free')] })).toEqual(all(2, ['sticky']));
    expect(await customers.findCustomer({ customerId: 'sticky' })).toEqual({ ...moved, status: 'banned' });
  });

  test('leaves the status alone that it does not name; a new customer is active', async () => {
    const { status: _, ...unknown } = customer('no-status');
    await customers.importCustomers({ customers: [unknown] });
    expect(await customers.findCustomer({ customerId: 'no-status' })).toEqual(customer('no-status'));
    await customers.banCustomer({ customerId: 'no-status', reason: 'stolen cards' });
    expect(await customers.importCustomers({ customers: [unknown] })).toEqual(all(1));
    expect(await customers.findCustomer({ customerId: 'no-status' })).toMatchObject({ status: 'banned' });
  });

  test('adds only those that are missing when the others are to be kept', async () => {
    await customers.importCustomers({ customers: [customer('kept')] });
    const guessed = ['kept', 'missing'].map((id) => ({ ...customer(id), name: `Customer ${id}`, country: 'FR' }));
    expect(await customers.importCustomers({ customers: guessed, existing: 'keep' })).toEqual(all(1));
    expect(await customers.findCustomer({ customerId: 'kept' })).toEqual(customer('kept'));
    expect(await customers.findCustomer({ customerId: 'missing' })).toEqual(guessed[1]);
  });

  test('takes the last of two with the same id', async () => {
    const last = { ...customer('double'), name: 'Last' };
    expect(await customers.importCustomers({ customers: [customer('double'), last] })).toEqual(all(1));
    expect(await customers.findCustomer({ customerId: 'double' })).toEqual(last);
  });

  test('of the same customers in opposite orders at the same time does not deadlock', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => customer(`many-${index}`));
    const imports = Array.from({ length: 20 }, (_, index) =>
      importCustomers(service.database, (index % 2 === 0 ? many : many.toReversed()) as ImportedCustomer[]),
    );
    for (const { imported } of await Promise.all(imports)) expect(imported).toBe(1_000);
  });

  test('names the customer and the field that is wrong', async () => {
    const wrong = { ...customer('wrong'), email: 'no-address' };
    await expect(customers.importCustomers({ customers: [customer('right'), wrong] })).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field: 'customers.1.email' },
    });
    await expect(customers.findCustomer({ customerId: 'right' })).rejects.toMatchObject({ type: 'CustomerNotFound' });
  });

  test('refuses a character that PostgreSQL cannot store', async () => {
    const wrong = { ...customer('nul'), name: 'A\u0000' };
    await expect(customers.importCustomers({ customers: [wrong] })).rejects.toMatchObject({ type: 'InvalidRequest' });
  });
});

test('a customer that does not exist is CustomerNotFound', async () => {
  await expect(customers.findCustomer({ customerId: 'unknown' })).rejects.toMatchObject({
    type: 'CustomerNotFound',
    detail: { facts: { customerId: 'unknown' } },
  });
});

describe('the purchase history', () => {
  const purchase = (customerId: string, orderId: string, completedAt = '2026-01-31T12:00:00.000Z') => ({
    customerId,
    orderId,
    total: { amount: 5998, currency: 'USD' as const },
    itemCount: 3,
    completedAt,
  });

  test('has each order once, the newest first', async () => {
    await customers.importCustomers({ customers: [customer('buyer')] });
    const { customerId: _, ...first } = purchase('buyer', 'o-1');
    const { customerId: __, ...second } = purchase('buyer', 'o-2', '2026-02-01T00:00:00.000Z');
    for (let time = 0; time < 2; time++) {
      expect(await customers.addPurchase(purchase('buyer', 'o-1'))).toEqual(first);
      expect(await customers.addPurchase({ ...second, customerId: 'buyer' })).toEqual(second);
    }
    expect(await customers.listPurchases({ customerId: 'buyer' })).toEqual({ purchases: [second, first] });
  });

  test('keeps the time of the first call, since one after a crash may tell a later one', async () => {
    await customers.importCustomers({ customers: [customer('repeater')] });
    const added = await customers.addPurchase(purchase('repeater', 'o-3'));
    expect(await customers.addPurchase(purchase('repeater', 'o-3', '2026-02-28T12:00:01Z'))).toEqual(added);
  });

  test('has an order once also when it comes ten times at once', async () => {
    await customers.importCustomers({ customers: [customer('crowd')] });
    await Promise.all(Array.from({ length: 10 }, () => customers.addPurchase(purchase('crowd', 'o-4'))));
    expect((await customers.listPurchases({ customerId: 'crowd' })).purchases).toHaveLength(1);
  });

  test.each([
    ['another total', { total: { amount: 1, currency: 'USD' as const } }],
    ['another currency', { total: { amount: 5998, currency: 'EUR' as const } }],
    ['another count', { itemCount: 4 }],
    ['another customer', { customerId: 'other' }],
  ])('refuses an order that comes again with %s', async (_, change) => {
    await customers.importCustomers({ customers: [customer('conflicted'), customer('other')] });
    await customers.addPurchase(purchase('conflicted', 'o-5'));
    await expect(customers.addPurchase({ ...purchase('conflicted', 'o-5'), ...change })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
      detail: { field: 'orderId' },
    });
  });

  test('of a customer who bought nothing is empty, of one who does not exist CustomerNotFound', async () => {
    await customers.importCustomers({ customers: [customer('window-shopper')] });
    expect(await customers.listPurchases({ customerId: 'window-shopper' })).toEqual({ purchases: [] });
    await expect(customers.listPurchases({ customerId: 'unknown' })).rejects.toMatchObject({
      type: 'CustomerNotFound',
    });
    await expect(customers.addPurchase(purchase('unknown', 'o-6'))).rejects.toMatchObject({ type: 'CustomerNotFound' });
  });
});

describe('banning', () => {
  test('is answered with the customer, and again changes nothing', async () => {
    await customers.importCustomers({ customers: [customer('banned')] });
    const banned = { ...customer('banned'), status: 'banned' };
    const ban = { customerId: 'banned', reason: 'stolen cards' };
    expect(await customers.banCustomer(ban)).toEqual(banned);
    expect(await customers.banCustomer({ ...ban, reason: 'another one' })).toEqual(banned);
    expect(await customers.findCustomer({ customerId: 'banned' })).toEqual(banned);
  });

  test('needs a customer and a reason', async () => {
    await expect(customers.banCustomer({ customerId: 'unknown', reason: 'stolen cards' })).rejects.toMatchObject({
      type: 'CustomerNotFound',
    });
    await expect(customers.banCustomer({ customerId: 'banned', reason: ' ' })).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field: 'reason' },
    });
  });
});

describe('lifting a ban', () => {
  test('is answered with the customer, keeps its reason once, and again changes nothing', async () => {
    await customers.importCustomers({ customers: [{ ...customer('sorry'), status: 'banned' }, customer('other')] });
    const unban = { customerId: 'sorry', reason: 'it was another one' };
    expect(await customers.unbanCustomer(unban)).toEqual(customer('sorry'));
    expect(await customers.unbanCustomer({ ...unban, reason: 'again' })).toEqual(customer('sorry'));
    expect(await customers.findCustomer({ customerId: 'sorry' })).toEqual(customer('sorry'));
    const { rows } = await sql`select customer_id, reason from unbans`.execute(service.database);
    expect(rows).toEqual([{ customer_id: 'sorry', reason: 'it was another one' }]);
  });

  test('needs a customer and a reason', async () => {
    await expect(customers.unbanCustomer({ customerId: 'unknown', reason: 'x' })).rejects.toMatchObject({
      type: 'CustomerNotFound',
    });
    await expect(customers.unbanCustomer({ customerId: 'sorry', reason: ' ' })).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field: 'reason' },
    });
  });
});

test('how often an account was banned is told with why each ban was lifted', async () => {
  const customerId = 'banned-twice';
  await customers.importCustomers({ customers: [customer(customerId)] });
  expect(await customers.findBans({ customerId })).toEqual({ times: 0, lifted: [] });
  for (const reason of ['a mistake', 'those of another customer']) {
    await customers.banCustomer({ customerId, reason: 'stolen cards' });
    await customers.unbanCustomer({ customerId, reason });
  }
  await customers.banCustomer({ customerId, reason: 'stolen cards' });
  expect(await customers.findBans({ customerId })).toMatchObject({
    times: 3,
    lifted: [{ reason: 'a mistake' }, { reason: 'those of another customer' }],
  });
  await expect(customers.findBans({ customerId: 'nobody' })).rejects.toMatchObject({ type: 'CustomerNotFound' });
});
