import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import type { CustomersClient } from '../../services/customers/contract.ts';
import { importCustomers } from '../../services/customers/store.ts';
import { withEarlierTables } from '../migrations.ts';
import { customer, openCustomers } from './customers-environment.ts';
import type { ServiceInProcess } from './service-in-process.ts';

let service: ServiceInProcess<unknown>;
let customers: CustomersClient;

beforeAll(async () => {
  ({ service, customers } = await openCustomers());
});

afterAll(() => service.stop());

interface Told {
  readonly type: string;
  readonly id: string;
  readonly data: Record<string, unknown>;
}

/** What the outbox tells of an account, the oldest first. */
async function told(subject: string, database: Kysely<unknown> = service.database): Promise<Told[]> {
  const { rows } = await sql<{ body: string }>`
    select body from outbox where subject = ${subject} order by position
  `.execute(database);
  return rows.map(({ body }) => JSON.parse(body));
}

const versions = async (subject: string) =>
  (await told(subject)).map(({ type, data }) => [type.replace('customers.', ''), data['version']]);

const importOf = (...list: readonly ReturnType<typeof customer>[]) =>
  customers.importCustomers({ customers: [...list] });

describe('an account', () => {
  test('tells of each change under the next version, with all that it then is', async () => {
    const ada = customer('told');
    await importOf(ada);
    await importOf({ ...ada, email: 'ada@example.net' });
    await customers.banCustomer({ customerId: 'told', reason: 'stolen cards' });
    await importOf({ ...ada, name: 'Ada King', email: 'ada@example.net' });
    await customers.unbanCustomer({ customerId: 'told', reason: 'it was another one' });

    const moved = { ...ada, email: 'ada@example.net' };
    const { status: _, ...king } = { ...moved, name: 'Ada King' };
    const { status: __, ...banned } = moved;
    expect((await told('told')).map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'customers.user.created.v1', data: { ...ada, version: 1 } },
      { type: 'customers.user.changed.v1', data: { ...moved, version: 2 } },
      { type: 'customers.account.banned.v1', data: { ...banned, reason: 'stolen cards', version: 3 } },
      { type: 'customers.user.changed.v1', data: { ...king, status: 'banned', version: 4 } },
      { type: 'customers.account.unbanned.v1', data: { ...king, reason: 'it was another one', version: 5 } },
    ]);
  });

  test('that is imported again as it is, banned or unbanned again, keeps its version and tells nothing', async () => {
    await importOf(customer('silent'));
    for (let time = 0; time < 2; time++) {
      await importOf(customer('silent'));
      await customers.unbanCustomer({ customerId: 'silent', reason: 'never banned' });
    }
    expect(await versions('silent')).toEqual([['user.created.v1', 1]]);
    for (let time = 0; time < 2; time++) {
      await customers.banCustomer({ customerId: 'silent', reason: 'stolen cards' });
      await importOf(customer('silent'));
    }
    expect(await versions('silent')).toEqual([
      ['user.created.v1', 1],
      ['account.banned.v1', 2],
    ]);
  });

  test.each([
    ['name', 'Ada King'],
    ['email', 'ada.king@example.com'],
    ['country', 'FR'],
    ['status', 'banned'],
  ])('tells of another %s, alone among its neighbours', async (field, value) => {
    const [id, beside] = [`${field}-changed`, `${field}-beside`];
    await importOf(customer(id), customer(beside));
    const changed = { ...customer(id), [field]: value };
    await importOf(changed, customer(beside));
    expect((await told(id)).at(-1)).toMatchObject({
      type: 'customers.user.changed.v1',
      data: { ...changed, version: 2 },
    });
    expect(await versions(beside)).toEqual([['user.created.v1', 1]]);
  });

  test('that is to be kept is not told of', async () => {
    await importOf(customer('left-alone'));
    const guessed = { ...customer('left-alone'), name: 'Customer left-alone' };
    await customers.importCustomers({ customers: [guessed], existing: 'keep' });
    expect(await versions('left-alone')).toEqual([['user.created.v1', 1]]);
  });

  test('has no version twice when twenty change it at once', async () => {
    await importOf(customer('crowded'));
    const changes = Array.from({ length: 20 }, (_, index) =>
      importOf({ ...customer('crowded'), name: `Ada ${index}` }),
    );
    await Promise.all(changes);
    const all = await told('crowded');
    expect(all.map(({ data }) => data['version'])).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
    expect(new Set(all.map(({ id }) => id)).size).toBe(21);
  });
});

test('accounts from before the versions have the first one, are not told of, and go on from there', async () => {
  await withEarlierTables('customers', '0004', async (database, migrateToToday) => {
    await sql`
      insert into customers (customer_id, name, email, country, status, bans)
      values ('old', 'Ada Lovelace', 'ada@example.com', 'GB', 'active', 3)
    `.execute(database);
    await migrateToToday();
    expect(await told('old', database)).toEqual([]);
    await importCustomers(database, [customer('old') as never]);
    expect(await told('old', database)).toEqual([]);
    await importCustomers(database, [{ ...customer('old'), name: 'Ada King' } as never]);
    expect(await told('old', database)).toMatchObject([{ type: 'customers.user.changed.v1', data: { version: 2 } }]);
  });
});

describe('the accounts', () => {
  test('are listed in pages, each once', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `page-${index}`);
    await importOf(...ids.map(customer));
    const found: string[] = [];
    for (let after = 'page'; ; after = found.at(-1) ?? '') {
      const { users } = await customers.listUsers({ after, limit: 3 });
      expect(users.length).toBeLessThanOrEqual(3);
      found.push(...users.map(({ customerId }) => customerId).filter((id) => id.startsWith('page-')));
      if (users.length < 3 || users.some(({ customerId }) => !customerId.startsWith('page-'))) break;
    }
    expect(found).toEqual(ids);
    const { users } = await customers.listUsers({ after: 'page', limit: 1 });
    expect(users).toEqual([{ ...customer('page-0'), version: 1 }]);
  });

  test('are published again as they stand, each time as an event of its own, and keep their versions', async () => {
    await importOf(customer('again-1'), customer('again-2'));
    await customers.banCustomer({ customerId: 'again-1', reason: 'stolen cards' });
    for (let time = 0; time < 2; time++) {
      expect(await customers.republish({ customerIds: ['again-1', 'nobody', 'again-2', 'again-1'] })).toEqual({
        ...{ republished: 2, unknown: ['nobody'] },
      });
    }
    const all = await told('again-1');
    expect(all.slice(2)).toMatchObject(
      Array(2).fill({ type: 'customers.user.changed.v1', data: { status: 'banned', version: 2 } }),
    );
    expect(new Set(all.map(({ id }) => id)).size).toBe(4);
    expect(await versions('again-2')).toHaveLength(3);
  });

  test('have checksums that only what changes of them alters, in its own part', async () => {
    await importOf(...Array.from({ length: 900 }, (_, index) => customer(`sum-${index}`)));
    const before = (await customers.checksums({})).buckets;
    expect(before).toHaveLength(64);
    await importOf(customer('sum-7'));
    expect((await customers.checksums({})).buckets).toEqual(before);

    await importOf({ ...customer('sum-7'), name: 'Ada King' });

    const after = (await customers.checksums({})).buckets;
    const differing = after.filter(({ checksum }, index) => checksum !== before[index]?.checksum);
    expect(differing).toHaveLength(1);
    const { users } = await customers.listUsers({ bucket: differing[0]?.bucket });
    expect(users.map(({ customerId }) => customerId)).toContain('sum-7');
    expect(users).toHaveLength(differing[0]?.count ?? 0);
  });
});
