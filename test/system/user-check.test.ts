import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { createServiceClients, type ServiceClients } from '../../client/services.ts';
import { waitUntil } from '../../parts/wait.ts';
import { openDatabase } from '../../platform/database.ts';
import { cli } from './command-line-shop.ts';

let billing: Kysely<unknown>;
let services: ServiceClients;

beforeAll(() => {
  services = createServiceClients(process.env as Record<string, string>);
  billing = openDatabase({ url: process.env['DATABASE_URL'] ?? '', schema: 'billing', connections: 1 });
});

afterAll(() => billing?.destroy());

const customer = (customerId: string) => ({
  ...{ customerId, name: 'Ada Lovelace', email: 'ada@example.com', country: 'GB', status: 'active' as const },
});

async function copyOf(customerId: string): Promise<unknown> {
  const { rows } = await sql`select version, status from customers_copy where customer_id = ${customerId}`.execute(
    billing,
  );
  return rows[0];
}

const check = async () => JSON.parse((await cli(['users', 'check', '--json'])).stdout);

test('a check heals what was deleted from the copy, and finds it in step the next time', async () => {
  const customerId = `checked-${randomUUID()}`;
  await services.customers.importCustomers({ customers: [customer(customerId)] });
  await services.customers.banCustomer({ customerId, reason: 'stolen cards' });
  expect(await waitUntil(async () => (await copyOf(customerId)) !== undefined, { within: 20_000 })).toBe(true);
  // What earlier tests did may be under way still.
  await check();
  await sql`delete from customers_copy where customer_id = ${customerId}`.execute(billing);

  expect(await check()).toMatchObject({ outcome: 'completed', differed: expect.any(Number) });

  expect(await copyOf(customerId)).toEqual({ version: 2, status: 'banned' });
});

test('accounts are published again on the command line, and unknown ones are named', async () => {
  const customerId = `republished-${randomUUID()}`;
  await services.customers.importCustomers({ customers: [customer(customerId)] });
  await waitUntil(async () => (await copyOf(customerId)) !== undefined, { within: 20_000 });
  await sql`delete from customers_copy where customer_id = ${customerId}`.execute(billing);
  const { stdout } = await cli(['users', 'republish', customerId, 'nobody-at-all', '--json']);
  expect(JSON.parse(stdout)).toEqual({ republished: 1, unknown: ['nobody-at-all'] });
  expect(await waitUntil(async () => (await copyOf(customerId)) !== undefined, { within: 20_000 })).toBe(true);
  expect((await cli(['users', 'republish', 'not/an/id'])).stderr).toMatch(/^error: InvalidRequest: /);
});
