import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { openDatabase } from '../../platform/database.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { customersContract } from '../../services/customers/contract.ts';
import { customersHandlers } from '../../services/customers/server.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

describe('a time that the database holds', () => {
  let database: Kysely<unknown>;

  beforeAll(() => {
    const url = process.env['DATABASE_URL'] as string;
    database = openDatabase({ url, schema: `times_${randomUUID().replaceAll('-', '')}` });
  });

  afterAll(() => database.destroy());

  test.each([
    ['2026-01-31 12:00:00+00', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31 12:00:00.123456+01', '2026-01-31T11:00:00.123Z'],
    ['0020-02-29 00:00:00+00', '0020-02-29T00:00:00.000Z'],
    ['0050-01-01 00:00:00+00', '0050-01-01T00:00:00.000Z'],
    ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000Z'],
    ['0044-03-15 12:00:00+00 BC', '-000043-03-15T12:00:00.000Z'],
    ['12026-01-31 12:00:00+00', '+012026-01-31T12:00:00.000Z'],
    ['infinity', 'infinity'],
  ])('%s is read as %s', async (text, expected) => {
    const { rows } = await sql<{ time: string }>`select ${text}::timestamptz as time`.execute(database);
    expect(rows).toEqual([{ time: expected }]);
  });
});

describe('the purchase history', () => {
  let service: ServiceInProcess<unknown>;

  beforeAll(async () => {
    service = await startInProcess('customers', (database, options) =>
      serveHttp(customersContract, customersHandlers(database), options),
    );
  });

  afterAll(() => service.stop());

  test('takes no time out of the range, and can be read with one that came in before', async () => {
    const customers = createHttpClient(customersContract, { url: service.url });
    const customer = {
      customerId: 'old',
      name: 'Ada',
      email: 'ada@example.org',
      country: 'GB',
      status: 'active' as const,
    };
    await customers.importCustomers({ customers: [customer] });
    const purchase = {
      customerId: 'old',
      orderId: 'o-1',
      total: { amount: 100, currency: 'GBP' as const },
      itemCount: 1,
    };
    for (const completedAt of ['0020-02-29T00:00:00Z', '0050-01-01T00:00:00Z', '2200-01-01T00:00:00Z']) {
      await expect(customers.addPurchase({ ...purchase, completedAt })).rejects.toMatchObject({
        type: 'InvalidRequest',
        detail: { field: 'completedAt' },
      });
    }
    await customers.addPurchase({ ...purchase, completedAt: '2026-01-31T12:00:00+00:00' });
    await sql`update purchases set completed_at = '0020-02-29 00:00:00+00'`.execute(service.database);
    expect(await customers.listPurchases({ customerId: 'old' })).toMatchObject({
      purchases: [{ orderId: 'o-1', completedAt: '0020-02-29T00:00:00.000Z' }],
    });
  });
});
