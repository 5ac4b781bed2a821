import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServiceClients } from '../../client/services.ts';
import { type Called, cli } from './command-line-shop.ts';

describe('an import of files', () => {
  const services = createServiceClients(process.env as Record<string, string>);
  const run = `import-${randomUUID().slice(0, 8)}`;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  const importing = async (files: Readonly<Record<string, unknown>>, ...more: string[]): Promise<Called> => {
    const parameters = await Promise.all(
      Object.entries(files).map(async ([name, content]) => {
        const file = path.join(folder, `${name}.json`);
        await writeFile(
          file,
          typeof content === 'string' || content instanceof Buffer ? content : JSON.stringify(content),
        );
        return [`--${name}`, file];
      }),
    );
    return cli(['import', ...parameters.flat(), ...more]);
  };
  const many = <Thing>(count: number, make: (id: string) => Thing) =>
    Array.from({ length: count }, (_, index) => make(`${run}-${index}`));
  const customer = (customerId: string) => ({ customerId, name: 'Ada', email: 'ada@example.org', country: 'GB' });

  test('sends more than a service takes at once in batches, and a delivery is still taken in once', async () => {
    const files = {
      customers: many(1_001, customer),
      products: many(1_001, (sku) => ({ sku, name: sku, prices: { USD: 0 } })),
      stock: { receiptId: run, lines: many(5_001, (sku) => ({ sku, quantity: 2 })) },
    };
    const first = await importing(files);
    const second = await importing(files, '--json');

    expect(first).toMatchObject({ exitCode: 0, stdout: 'Customers    1001\nProducts     1001\nStock lines  5001' });
    expect(first.stderr).toContain('1001 of 1001 customers');
    expect(second).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(second.stdout)).toEqual({
      customers: 1_001,
      products: 1_001,
      stockLines: 5_001,
      stillBanned: [],
    });
    for (const sku of [`${run}-0`, `${run}-5000`]) {
      expect((await services.inventory.listStock({ sku })).stock).toMatchObject([{ sku, received: 2 }]);
    }
    const changed = { receiptId: run, lines: files.stock.lines.slice(1) };
    const { exitCode, stderr } = await importing({ stock: changed });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('IdempotencyConflict') });
  });

  test('leaves a ban and says so, and unban lifts it', async () => {
    const banned = `${run}-banned`;
    await importing({ customers: [customer(banned)] });
    await cli(['ban', banned, '--reason', 'stolen cards']);
    const again = await importing({ customers: [{ ...customer(banned), status: 'active' }] });
    expect(again.stdout).toMatch(new RegExp(`^Still banned +1, which .unban. alone changes: ${banned}$`, 'm'));
    expect((await cli(['customer', banned])).stdout).toMatch(/^Status +banned$/m);

    expect(await cli(['unban', banned])).toMatchObject({ exitCode: 2 });
    const unbanned = await cli(['unban', banned, '--reason', 'it was another one', '--json']);
    expect(JSON.parse(unbanned.stdout)).toMatchObject({ customerId: banned, status: 'active' });
    expect((await cli(['unban', `${run}-none`, '--reason', 'x'])).stderr).toMatch(/^error: CustomerNotFound: /);
  });

  test('keeps what a product does not name, and removes it with --replace', async () => {
    const sku = `${run}-lamp`;
    await importing({ products: [{ sku, name: 'Lamp', description: 'of brass', prices: { USD: 1_999 } }] });
    await importing({ products: [{ sku, name: 'Lamp', prices: { GBP: 1_500 } }] });
    expect(await services.catalog.getProducts({ skus: [sku] })).toMatchObject([
      { description: 'of brass', prices: { USD: 1_999, GBP: 1_500 } },
    ]);
    await importing({ products: [{ sku, name: 'Lamp', prices: { GBP: 1_500 } }] }, '--replace');
    expect(await services.catalog.getProducts({ skus: [sku] })).toMatchObject([
      { description: '', prices: { GBP: 1_500 } },
    ]);
  });

  test('checks every file before anything is sent, and names field, file and line', async () => {
    const customers = [customer(`${run}-new`), { ...customer(`${run}-bad`), email: 'no-address' }];
    const products = [{ sku: `${run}-new`, name: 'new', prices: { USD: 1 } }];
    const refused = await importing({ products, customers: JSON.stringify(customers, null, 2) });
    expect(refused).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^error: InvalidRequest: customers\.1\.email: a mail address .+customers\.json, line 11\)$/,
      ),
    });
    const latin = await importing({ products, customers: Buffer.from(JSON.stringify([{ name: 'Jürgen' }]), 'latin1') });
    expect(latin.stderr).toMatch(/customers\.json cannot be read: line 1, byte 12: 0xFC is not UTF-8/);
    const trailing = await importing({ products, customers: '[\n1,\n]' });
    expect(trailing.stderr).toMatch(/customers\.json is no JSON: line 3, column 1: a value was expected/);
    await expect(services.catalog.getProducts({ skus: [`${run}-new`] })).rejects.toMatchObject({
      type: 'UnknownProduct',
    });
  });
});
