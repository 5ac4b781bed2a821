import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { CheckoutClient } from '../../client/checkout-client.ts';
import { createServiceClients } from '../../client/services.ts';
import { readOrderFile } from '../../ops/replay/read.ts';
import type { ReplayReport } from '../../ops/replay/report.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';

const main = fileURLToPath(new URL('../../ops/replay/main.ts', import.meta.url));
const example = fileURLToPath(new URL('../data/order-lines.csv', import.meta.url));

describe('the replay of a file, as users start it', () => {
  const services = createServiceClients(process.env as Record<string, string>);
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  const replayWith = (...parameters: string[]) =>
    execa(process.execPath, [main, ...parameters], { reject: false, env: { NODE_OPTIONS: '' } });

  const replay = async (file: string): Promise<{ exitCode: number | undefined; report: ReplayReport }> => {
    const { exitCode, stdout } = await replayWith(file, '--json');
    return { exitCode, report: JSON.parse(stdout) };
  };

  /** The example as a file of its own: the ids derive from the content. */
  const writeVariant = async (): Promise<string> => {
    const file = path.join(folder, `${randomUUID()}.csv`);
    await writeFile(file, (await readFile(example, 'utf8')).replace('LANTERN BRASS SMALL', `LANTERN ${randomUUID()}`));
    return file;
  };

  test('places every order once, says why each other line is not ordered, and agrees with the ledger', async () => {
    const first = await replay(example);
    const stock = (await services.inventory.listStock({ sku: '10001a' })).stock;

    expect(first).toMatchObject({
      exitCode: 0,
      report: {
        ok: true,
        loaded: { customers: 5, products: 6, units: 75 },
        orders: {
          planned: 4,
          lines: 8,
          net: 8_510,
          placedNow: 4,
          placedBefore: 0,
          completed: 4,
          refused: 0,
          failed: 0,
        },
        ledger: { account: '4000', file: 8_510, ledger: 8_510, differences: [] },
      },
    });
    expect(first.report.notOrdered.lines.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      '6 not-a-product',
      '12 no-quantity',
      '13 invalid-code',
      '14 cancellation',
      '15 no-customer',
      '16 unknown-country',
      '17 mixed-invoice',
      '18 mixed-invoice',
      '19 no-price',
      '20 not-a-checkout',
      '21 invalid-customer',
    ]);

    const second = await replay(example);

    const { orders, notOrdered, ledger } = first.report;
    expect(second).toMatchObject({
      exitCode: 0,
      report: { orders: { ...orders, placedNow: 0, placedBefore: 4 }, notOrdered, ledger },
    });
    expect((await services.inventory.listStock({ sku: '10001a' })).stock).toEqual(stock);
  });

  test('adds what is missing, keeps what the shop has, and says what it took for something else', async () => {
    const run = randomUUID().slice(0, 8);
    const [known, twin] = [`${run}-1`, `${run}-2`];
    const number = String(Number.parseInt(run, 16)).padStart(10, '0');
    const [kept, dearer] = [`${number}A`, `${number}B`];
    const ada = { customerId: known, name: 'Ada Lovelace', email: 'ada@example.org', country: 'GB' };
    const lamp = {
      sku: kept,
      name: 'Lamp',
      description: 'of brass',
      prices: { USD: 1_999 },
      quantityDiscount: { minimumQuantity: 10, basisPoints: 500 },
    };
    await services.customers.importCustomers({ customers: [{ ...ada, status: 'banned' }] });
    await services.catalog.importProducts({
      products: [lamp, { sku: dearer, name: 'Lantern', prices: { GBP: 300 } }],
    });
    const file = path.join(folder, `${run}.csv`);
    const line = (invoice: string, sku: string, customer: string, country: string) =>
      `${run}-${invoice};${sku};GUESSED NAME;2;1/13/2026 8:05;2,55;${customer};${country}`;
    await writeFile(
      file,
      [
        'InvoiceNo;StockCode;Description;Quantity;InvoiceDate;UnitPrice;CustomerID;Country',
        line('1', kept, known, 'GB'),
        line('2', kept, twin, 'UK'),
        line('3', kept, twin, 'GB'),
        line('4', dearer, twin, 'GB'),
      ].join('\r'),
    );
    const options = ['--separator', ';', '--decimal-separator', ',', '--date-format', 'M/D/YYYY h:mm'];

    const { exitCode, stdout, stderr } = await replayWith(file, '--json', ...options);

    const report: ReplayReport = JSON.parse(stdout);
    expect({ exitCode, orders: report.orders, ledger: report.ledger }).toMatchObject({
      exitCode: 1,
      orders: { planned: 4, completed: 3, refused: 1 },
      ledger: { file: 1_530, ledger: 1_620, differences: [{ file: 510, ledger: 600 }] },
    });
    expect(report.notOrdered.lines).toMatchObject([{ line: 2, reason: 'CustomerBanned' }]);
    expect(report.warnings.map(({ kind, lines }) => [kind, lines])).toEqual([
      ['country-read-as', [3]],
      ['other-price', [5]],
    ]);
    expect(stderr).toContain('Warning: the country UK is no code of ISO 3166-1 and was read as GB.');
    expect(await services.customers.findCustomer({ customerId: known })).toEqual({ ...ada, status: 'banned' });
    expect(await services.catalog.getProducts({ skus: [kept] })).toEqual([
      { ...lamp, prices: { USD: 1_999, GBP: 255 } },
    ]);
    const [uk, gb] = await Promise.all(
      ['2', '3'].map((invoice) =>
        services.orders.findOrder({ orderId: `replay-${report.file.hash.slice(0, 12)}-${run}-${invoice}` }),
      ),
    );
    expect(uk?.amounts).toEqual(gb?.amounts);
    expect(uk?.amounts.tax).toBeGreaterThan(0);
  });

  test('ends with 1 and names the order for which the ledger differs from the file', async () => {
    const file = await writeVariant();
    const { hash } = await readOrderFile(file);
    const checkoutId = `replay-${hash.slice(0, 12)}-700011`;
    const earlier = { sku: '10005', quantity: 2 };
    const customer = { customerId: '90001', name: 'Ada', email: 'ada@shop.example', country: 'GB' };
    await services.customers.importCustomers({ customers: [{ ...customer, status: 'active' }] });
    await services.catalog.importProducts({ products: [{ sku: '10005', name: 'PENCIL', prices: { GBP: 25 } }] });
    await services.inventory.receiveStock({ receiptId: randomUUID(), lines: [earlier] });
    const { client, connection } = await connectTemporalClient();
    const checkouts = new CheckoutClient(client);
    await checkouts.startCheckout({
      checkoutId,
      customerId: '90001',
      lines: [earlier],
      currency: 'GBP',
      country: 'GB',
      paymentMethod: 'pm_card_visa',
    });
    await checkouts.waitForResult(checkoutId);
    await connection.close();

    const { exitCode, report } = await replay(file);

    expect(exitCode).toBe(1);
    expect(report).toMatchObject({
      ok: false,
      orders: { completed: 3, failed: 1 },
      ledger: { file: 7_310, ledger: 7_360, differences: [{ checkoutId, file: 0, ledger: 50 }] },
    });
    expect(report.notOrdered.lines.at(-1)).toMatchObject({ line: 22, reason: 'IdempotencyConflict' });
    expect((await replayWith(file)).stdout).toContain('THEY DIFFER for 1 order');
  });

  test('ends with 2 for a file that cannot be used, and for a wrong option', async () => {
    const file = path.join(folder, 'broken.csv');
    await writeFile(file, (await readFile(example, 'utf8')).replace(',48,', ',many,'));

    const broken = await replayWith(file);
    const misused = await replayWith(example, '--concurrency', '0');

    expect(broken).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('line 22: Quantity "many": is no whole number of at most nine digits'),
    });
    for (const option of [
      ['--date-format', 'Q'],
      ['--date-format', 'M/YYYY'],
      ['--time-zone', 'Europe/London'],
      ['--date-format', 'M/D/YYYY', '--time-zone', 'Mars/Olympus'],
      ['--decimal-separator', ';'],
    ]) {
      expect(await replayWith(example, ...option)).toMatchObject({ exitCode: 2, stdout: '' });
    }
    expect(misused).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('from 1 to 999') });
  });
});
