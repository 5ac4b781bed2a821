import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serveGrpc } from '../../platform/grpc/server.ts';
import { createCatalogClient } from '../../services/catalog/client.ts';
import type { CatalogClient, Product } from '../../services/catalog/contract.ts';
import { catalogGrpcContract } from '../../services/catalog/grpc-contract.ts';
import { catalogHandlers } from '../../services/catalog/server.ts';
import { importProducts } from '../../services/catalog/store.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

let service: ServiceInProcess<unknown>;
let catalog: CatalogClient;

beforeAll(async () => {
  service = await startInProcess('catalog', (database, options) =>
    serveGrpc(catalogGrpcContract, catalogHandlers(database), options),
  );
  catalog = createCatalogClient({ url: service.url });
});

afterAll(() => service.stop());

const product = (sku: string, change: object = {}) => ({
  sku,
  name: `${sku} – 電灯`,
  description: '',
  prices: { USD: 1_999, JPY: 3_000 },
  ...change,
});

describe('importing', () => {
  const discount = { quantityDiscount: { minimumQuantity: 10, basisPoints: 500 } };

  test('adds products, and updates what is named of those that are there', async () => {
    expect(await catalog.importProducts({ products: [product('a'), product('b', discount)] })).toBe(2);
    expect(await catalog.getProducts({ skus: ['b', 'a'] })).toEqual([product('b', discount), product('a')]);
    const changed = product('b', {
      name: 'new',
      description: 'better',
      prices: { EUR: 1, USD: 2 },
      quantityDiscount: { minimumQuantity: 20, basisPoints: 600 },
    });
    expect(await catalog.importProducts({ products: [changed] })).toBe(1);
    expect(await catalog.getProducts({ skus: ['b'] })).toEqual([
      { ...changed, prices: { EUR: 1, JPY: 3_000, USD: 2 } },
    ]);
  });

  test('keeps the description, the discount and the prices that are not named', async () => {
    const whole = product('whole', { description: 'good', ...discount });
    await catalog.importProducts({ products: [whole] });
    const partial = { sku: 'whole', name: 'new', prices: { GBP: 1_500 } };
    expect(await catalog.importProducts({ products: [partial] })).toBe(1);
    expect(await catalog.getProducts({ skus: ['whole'] })).toEqual([
      { ...whole, name: 'new', prices: { USD: 1_999, JPY: 3_000, GBP: 1_500 } },
    ]);
  });

  test('replaces products where it is told to', async () => {
    await catalog.importProducts({ products: [product('old', { description: 'good', ...discount })] });
    const replacement = product('old', { prices: { EUR: 1 } });
    expect(await catalog.importProducts({ products: [replacement], existing: 'replace' })).toBe(1);
    expect(await catalog.getProducts({ skus: ['old'] })).toEqual([replacement]);
  });

  test('adds only missing products and missing prices where the others are to be kept', async () => {
    const kept = product('kept', { description: 'good', ...discount });
    await catalog.importProducts({ products: [kept] });
    const guessed = ['kept', 'added'].map((sku) => product(sku, { name: 'guessed', prices: { USD: 1, GBP: 2 } }));
    expect(await catalog.importProducts({ products: guessed, existing: 'keep' })).toBe(2);
    expect(await catalog.importProducts({ products: guessed, existing: 'keep' })).toBe(0);
    expect(await catalog.getProducts({ skus: ['kept', 'added'] })).toEqual([
      { ...kept, prices: { USD: 1_999, JPY: 3_000, GBP: 2 } },
      guessed[1],
    ]);
  });

  test('takes a product that is free of charge, and quotes it', async () => {
    await catalog.importProducts({ products: [product('free', { prices: { USD: 0 } })] });
    const lines = [{ sku: 'free', quantity: 2 }];
    expect(await catalog.quote({ lines, currency: 'USD', country: 'DE' })).toMatchObject({
      lines: [{ sku: 'free', quantity: 2, unitPrice: 0 }],
      amounts: { goods: 0, shipping: 0, tax: 0, total: 0 },
    });
  });

  test('takes the last of two with the same SKU', async () => {
    const last = product('double', { name: 'last' });
    expect(await catalog.importProducts({ products: [product('double'), last] })).toBe(1);
    expect(await catalog.getProducts({ skus: ['double'] })).toEqual([last]);
  });

  test('takes a thousand of the longest products', async () => {
    const longest = { name: '灯'.repeat(300), description: '灯'.repeat(2_000) };
    const products = Array.from({ length: 1_000 }, (_, index) => product(`long-${index}`, longest));
    expect(await catalog.importProducts({ products })).toBe(1_000);
    expect(await catalog.getProducts({ skus: products.map(({ sku }) => sku) })).toEqual(products);
  });

  test('of the same products in opposite orders at the same time does not deadlock', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => product(`many-${index}`)) as Product[];
    const imports = Array.from({ length: 20 }, (_, index) =>
      importProducts(service.database, index % 2 === 0 ? many : many.toReversed()),
    );
    expect(new Set(await Promise.all(imports))).toEqual(new Set([1_000]));
  });

  test.each([
    ['products.0.sku', { sku: '-' }],
    ['products.0.prices.USD', { prices: { USD: -1 } }],
    ['products.0.prices.XXX', { prices: { XXX: 1 } }],
    ['products.0.quantityDiscount.minimumQuantity', { quantityDiscount: { minimumQuantity: 2 ** 31, basisPoints: 1 } }],
    ['products.0.quantityDiscount.basisPoints', { quantityDiscount: { minimumQuantity: 2, basisPoints: 10_000 } }],
  ])('refuses a wrong %s', async (field, change) => {
    await expect(catalog.importProducts({ products: [product('wrong', change)] })).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field: expect.stringContaining(field.split('.').slice(0, 3).join('.')) },
    });
  });
});

test('an unknown product is UnknownProduct with its SKU', async () => {
  await catalog.importProducts({ products: [product('known')] });
  await expect(catalog.getProducts({ skus: ['known', 'unknown'] })).rejects.toMatchObject({
    type: 'UnknownProduct',
    detail: { field: 'skus.1', facts: { sku: 'unknown' } },
  });
});

describe('a quote', () => {
  const cart = (sku: string, change: object = {}) => ({
    lines: [{ sku, quantity: 2 }],
    currency: 'USD' as const,
    country: 'DE',
    ...change,
  });

  test('has the amounts of the cart', async () => {
    await catalog.importProducts({ products: [product('lamp')] });
    expect(await catalog.quote(cart('lamp'))).toEqual({
      lines: [{ sku: 'lamp', quantity: 2, unitPrice: 1_999 }],
      amounts: { currency: 'USD', goods: 3_998, discount: 0, shipping: 799, tax: 911, total: 5_708 },
      priceVersion: expect.any(String),
    });
  });

  test('has another price version after a price has changed', async () => {
    await catalog.importProducts({ products: [product('moving')] });
    const before = await catalog.quote(cart('moving'));
    await catalog.importProducts({ products: [product('moving', { prices: { USD: 2_000 } })] });
    const after = await catalog.quote(cart('moving'));
    expect(after.priceVersion).not.toBe(before.priceVersion);
    expect(after.amounts.goods).toBe(4_000);
  });

  test('refuses what it cannot price, with the reason', async () => {
    await catalog.importProducts({ products: [product('dear', { prices: { USD: 99_999_999 } })] });
    await expect(catalog.quote(cart('missing'))).rejects.toMatchObject({
      type: 'UnknownProduct',
      detail: { facts: { sku: 'missing' } },
    });
    await expect(catalog.quote(cart('dear', { currency: 'EUR' }))).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field: 'lines.0.sku', facts: { sku: 'dear', currency: 'EUR' } },
    });
    await expect(catalog.quote(cart('dear'))).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field: 'lines' },
    });
    await expect(catalog.quote({ ...cart('dear'), lines: [] })).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field: 'lines' },
    });
  });
});
