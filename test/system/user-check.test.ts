import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { createServiceClients, type ServiceClients } from '../../client/services.ts';
import { copyKeepers } from '../../contracts/user-copy.ts';
import { waitUntil } from '../../parts/wait.ts';
import { openDatabase } from '../../platform/database.ts';
import { cli } from './command-line-shop.ts';

let services: ServiceClients;
const databases: Kysely<unknown>[] = [];

beforeAll(() => {
  services = createServiceClients(process.env as Record<string, string>);
});

afterAll(async () => {
  for (const database of databases) await database.destroy();
});

const customer = (customerId: string) => ({
  ...{ customerId, name: 'Ada Lovelace', email: 'ada@example.com', country: 'GB', status: 'active' as const },
});

describe.each(copyKeepers)('the copy of %s', (service) => {
  let keeping: Kysely<unknown>;

  beforeAll(() => {
    keeping = openDatabase({ url: process.env['DATABASE_URL'] ?? '', schema: service, connections: 1 });
    databases.push(keeping);
  });

  async function copyOf(customerId: string): Promise<unknown> {
    const { rows } = await sql`select version, status from customers_copy where customer_id = ${customerId}`.execute(
      keeping,
    );
    return rows[0];
  }

  const check = async () => JSON.parse((await cli(['users', 'check', service, '--json'])).stdout).checks[0];

  test('is healed by a check when rows are deleted, behind or of nobody', async () => {
    const names = ['deleted', 'behind', 'nobody'].map((name) => `${name}-${randomUUID()}`);
    const [deleted = '', behind = '', nobody = ''] = names;
    await services.customers.importCustomers({ customers: [deleted, behind].map(customer) });
    for (const customerId of [deleted, behind]) {
      await services.customers.banCustomer({ customerId, reason: 'stolen cards' });
      expect(await waitUntil(async () => (await copyOf(customerId)) !== undefined, { within: 20_000 })).toBe(true);
    }
    // What earlier tests did may be in flight still.
    await check();
    await sql`
      insert into customers_copy (customer_id, version, name, email, country, status)
      select ${nobody}, version, name, email, country, status from customers_copy where customer_id = ${deleted}
    `.execute(keeping);
    await sql`delete from customers_copy where customer_id = ${deleted}`.execute(keeping);
    await sql`
      update customers_copy set version = 1, status = 'active' where customer_id = ${behind}
    `.execute(keeping);

    const healed = await check();

    expect(healed).toMatchObject({ outcome: 'completed', service, dropped: 1 });
    expect(healed.differed).toBeGreaterThan(0);
    for (const customerId of [deleted, behind]) {
      expect(await copyOf(customerId)).toEqual({ version: 2, status: 'banned' });
    }
    expect(await copyOf(nobody)).toBeUndefined();
  });

  test('has an account again that is published again on the command line; unknown ones are named', async () => {
    const customerId = `republished-${randomUUID()}`;
    await services.customers.importCustomers({ customers: [customer(customerId)] });
    await waitUntil(async () => (await copyOf(customerId)) !== undefined, { within: 20_000 });
    await sql`delete from customers_copy where customer_id = ${customerId}`.execute(keeping);
    const { stdout } = await cli(['users', 'republish', customerId, 'nobody-at-all', '--json']);
    expect(JSON.parse(stdout)).toEqual({ republished: 1, unknown: ['nobody-at-all'] });
    expect(await waitUntil(async () => (await copyOf(customerId)) !== undefined, { within: 20_000 })).toBe(true);
  });
});

test('a check without a service is of all of them', async () => {
  const { checks } = JSON.parse((await cli(['users', 'check', '--json'])).stdout);
  expect(checks.map(({ service }: { service: string }) => service)).toEqual([...copyKeepers]);
});

test('what is no id of an account, and no service that keeps a copy, is refused', async () => {
  expect((await cli(['users', 'republish', 'not/an/id'])).stderr).toMatch(/^error: InvalidRequest: /);
  expect((await cli(['users', 'check', 'ledger'])).stderr).toContain('Allowed choices are billing, communities');
});

test('the residents of a community are shown by name, and whether their account is banned', async () => {
  const [communityId, customerId] = [`community-${randomUUID()}`, `resident-${randomUUID()}`];
  const manager = { name: 'Mary Manager', email: 'mary@example.org' };
  await services.communities.importCommunity({ communityId, timeZone: 'UTC', billingDay: 1, dueDay: 31, manager });
  const residents = [{ customerId, movedIn: '2026-01-01', charges: [] }];
  await services.communities.importResidents({ communityId, residents });
  await services.customers.importCustomers({ customers: [customer(customerId)] });
  await services.customers.banCustomer({ customerId, reason: 'stolen cards' });
  const shown = async () => (await cli(['invoicing', 'residents', communityId])).stdout;
  expect(await waitUntil(async () => /Ada Lovelace +banned/.test(await shown()), { within: 20_000 })).toBe(true);
});
