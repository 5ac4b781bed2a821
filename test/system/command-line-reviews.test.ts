import { beforeAll, expect, test } from '@jest/globals';
import { createServiceClients } from '../../client/services.ts';
import { expectComplaint } from './command-line-expectations.ts';
import { cli, ownShop } from './command-line-shop.ts';

const { run, sku, customer } = ownShop();
const services = createServiceClients(process.env as Record<string, string>);

beforeAll(async () => {
  await services.catalog.importProducts({ products: [{ sku, name: 'Lamp', prices: { USD: 2999 } }] });
});

const submit = (product: string, rating: string, text: string, ...more: string[]) =>
  cli(['submit-review', product, '--rating', rating, '--text', text, ...more]);

test('a product is reviewed once by each customer, and listed with its average', async () => {
  const mine = ['--customer', customer, '--id', `${run}-1`];
  const first = await submit(sku, '5', 'Shines.\nWell.', ...mine);
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  expect(first.stdout).toMatch(new RegExp(`^Review +${run}-1$`, 'm'));
  const again = await submit(sku, '5', 'Shines.\nWell.', ...mine, '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ reviewId: `${run}-1`, sku, customerId: customer, rating: 5 });
  expectComplaint(await submit(sku, '1', 'Broke.', ...mine), /^error: IdempotencyConflict: /);
  expectComplaint(await submit(sku, '1', 'Broke.', '--customer', customer), /^error: InvalidState: .+ before/);
  expect(await submit(sku, '4', 'Good.', '--customer', `${customer}-2`)).toMatchObject({ exitCode: 0 });

  const [human, json] = await Promise.all([cli(['reviews', sku, '--limit', '1']), cli(['reviews', sku, '--json'])]);
  expect(human).toMatchObject({ exitCode: 0, stderr: '' });
  for (const fact of [/^Name +Lamp$/m, /^Reviews +2$/m, /^Average +4\.50$/m, / 4 +Good\.$/m]) {
    expect(human.stdout).toMatch(fact);
  }
  expect(human.stdout).not.toContain('Shines');
  expect(JSON.parse(json.stdout)).toMatchObject({
    reviewCount: 2,
    averageRating: 4.5,
    reviews: [{ rating: 4 }, { rating: 5, text: 'Shines.\nWell.' }],
  });
  expect((await cli(['reviews', sku])).stdout).toMatch(/ 5 +Shines\. Well\.$/m);
});

test('a product that the catalog has not is named, and no review of it is taken', async () => {
  for (const called of [
    await submit(`${run}-none`, '5', 'Shines.', '--customer', customer),
    await cli(['reviews', `${run}-none`]),
  ]) {
    expectComplaint(called, /^error: UnknownProduct: the catalog has no product /);
  }
  const { stderr } = await submit(`${run}-none`, '5', 'Shines.', '--customer', customer, '--json');
  expect(JSON.parse(stderr).error).toMatchObject({ field: 'sku', facts: { sku: `${run}-none` } });
});

test.each([
  ['six stars', ['--rating', '6', '--text', '', '--customer', 'c'], /whole number from 1 to 5/],
  ['no rating', ['--text', '', '--customer', 'c'], /required option '--rating <stars>'/],
  ['no customer', ['--rating', '5', '--text', ''], /required option '--customer <id>'/],
])('%s is wrong usage', async (_, flags, complaint) => {
  const { exitCode, stderr } = await cli(['submit-review', 'lamp', ...flags]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringMatching(complaint) });
});

test('reviews are found by the front door alone', async () => {
  expect(await cli(['reviews', sku], '', { REVIEWS_URL: '' })).toMatchObject({ exitCode: 0, stderr: '' });
});
