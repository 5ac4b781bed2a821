import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { orderAmountsSchema } from '../../contracts/amounts.ts';
import { currencies } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { Sku } from '../../contracts/identifiers.ts';
import { largestAmount } from '../../contracts/money.ts';
import { type Product, productSchema, type QuoteRequest, quoteRequestSchema } from '../../services/catalog/contract.ts';
import { quoteCart } from '../../services/catalog/quote.ts';
import { rates } from '../../services/catalog/rates.ts';

const catalogOf = (...products: readonly object[]): Map<Sku, Product> =>
  new Map(products.map((product) => productSchema.parse({ name: 'a product', ...product })).map((p) => [p.sku, p]));

const request = (lines: readonly (readonly [string, number])[], change: object = {}): QuoteRequest =>
  quoteRequestSchema.parse({
    lines: lines.map(([sku, quantity]) => ({ sku, quantity })),
    currency: 'USD',
    country: 'US',
    ...change,
  });

const amountsOf = (products: Map<Sku, Product>, cart: QuoteRequest) => quoteCart(products, cart, rates).amounts;

describe('a quote', () => {
  const shop = catalogOf(
    { sku: 'LAMP', prices: { USD: 1_999, EUR: 1_899, GBP: 1_599, JPY: 3_000 } },
    { sku: 'PEN', prices: { USD: 105 }, quantityDiscount: { minimumQuantity: 10, basisPoints: 500 } },
    { sku: 'YACHT', prices: { USD: 99_999_999 } },
    { sku: 'PIN', prices: { USD: 1 }, quantityDiscount: { minimumQuantity: 2, basisPoints: 9_999 } },
  );

  test('adds goods and shipping; the United States have no tax here', () => {
    expect(quoteCart(shop, request([['LAMP', 2]]), rates)).toEqual({
      lines: [{ sku: 'LAMP', quantity: 2, unitPrice: 1_999 }],
      amounts: { currency: 'USD', goods: 3_998, discount: 0, shipping: 599, tax: 0, total: 4_597 },
      priceVersion: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  test('ships for nothing from the threshold on, after the discount', () => {
    const bulk = { minimumQuantity: 2, basisPoints: 1 };
    const edge = catalogOf(
      { sku: 'BELOW', prices: { USD: 4_999 } },
      { sku: 'AT', prices: { USD: 5_000 } },
      { sku: 'LESS', prices: { USD: 2_500 }, quantityDiscount: bulk },
    );
    expect(amountsOf(edge, request([['BELOW', 1]])).shipping).toBe(599);
    expect(amountsOf(edge, request([['AT', 1]])).shipping).toBe(0);
    expect(amountsOf(edge, request([['LESS', 2]]))).toMatchObject({ goods: 5_000, discount: 1, shipping: 599 });
  });

  test('discounts from the minimum quantity on, added up over the lines of a product, rounded half up', () => {
    expect(amountsOf(shop, request([['PEN', 9]])).discount).toBe(0);
    // 5 % of 1,050 is 52.5.
    expect(amountsOf(shop, request([['PEN', 10]]))).toMatchObject({ goods: 1_050, discount: 53 });
    const split = request([
      ['PEN', 4],
      ['LAMP', 1],
      ['PEN', 6],
    ]);
    expect(amountsOf(shop, split).discount).toBe(53);
  });

  test.each([
    ['DE', 'EUR', { goods: 1_899, shipping: 699, tax: 494, total: 3_092 }],
    ['FI', 'EUR', { goods: 1_899, shipping: 699, tax: 662, total: 3_260 }],
    ['GB', 'GBP', { goods: 1_599, shipping: 499, tax: 420, total: 2_518 }],
    ['BR', 'USD', { goods: 1_999, shipping: 1_999, tax: 0, total: 3_998 }],
    // The yen has no minor digits: 3,000 is three thousand yen.
    ['JP', 'JPY', { goods: 3_000, shipping: 3_000, tax: 0, total: 6_000 }],
  ])('to %s in %s', (country, currency, amounts) => {
    expect(amountsOf(shop, request([['LAMP', 1]], { country, currency }))).toEqual({
      currency,
      discount: 0,
      ...amounts,
    });
  });

  test('of an unknown product is refused with its SKU', () => {
    expect(() => quoteCart(shop, request([['GHOST', 1]]), rates)).toThrow(
      expect.objectContaining({
        type: 'UnknownProduct',
        detail: { field: 'lines.0.sku', facts: { sku: 'GHOST' } },
      }),
    );
  });

  test('of a product without a price in the currency names the line', () => {
    const cart = request(
      [
        ['LAMP', 1],
        ['PEN', 1],
      ],
      { currency: 'EUR' },
    );
    expect(() => quoteCart(shop, cart, rates)).toThrow(
      expect.objectContaining({ type: 'InvalidRequest', detail: expect.objectContaining({ field: 'lines.1.sku' }) }),
    );
  });

  test('that is more than one payment can carry is refused, exactly from the limit on', () => {
    const tooMuch = expect.objectContaining({ type: 'InvalidRequest', detail: { field: 'lines' } });
    expect(amountsOf(shop, request([['YACHT', 1]])).total).toBe(largestAmount);
    const oneMore = request([
      ['YACHT', 1],
      ['PIN', 1],
    ]);
    expect(() => quoteCart(shop, oneMore, rates)).toThrow(tooMuch);
    const greatest = request(Array.from({ length: 1_000 }, () => ['YACHT', 1_000_000]));
    expect(() => quoteCart(shop, greatest, rates)).toThrow(tooMuch);
    // The goods alone would not fit into an order's amounts, however large the discount is.
    const discounted = request(Array.from({ length: 101 }, () => ['PIN', 1_000_000]));
    expect(() => quoteCart(shop, discounted, rates)).toThrow(tooMuch);
  });

  test('has another price version whenever a price or a discount in the cart changes, and only then', () => {
    const version = (prices: object, quantityDiscount?: object) =>
      quoteCart(catalogOf({ sku: 'A', prices, quantityDiscount }, { sku: 'B', prices }), request([['A', 1]]), rates)
        .priceVersion;
    const original = version({ USD: 100 });
    expect(version({ USD: 100, EUR: 90 })).toBe(original);
    expect(version({ USD: 101 })).not.toBe(original);
    expect(version({ USD: 100 }, { minimumQuantity: 2, basisPoints: 1 })).not.toBe(original);
    expect(version({ USD: 100 }, { minimumQuantity: 3, basisPoints: 1 })).not.toBe(
      version({ USD: 100 }, { minimumQuantity: 2, basisPoints: 1 }),
    );
  });
});

describe('for any cart', () => {
  const skus = ['A', 'B', 'C', 'D', 'E'] as const;
  const price = fc.integer({ min: 1, max: 20_000 });
  const discount = fc.option(
    fc.record({ minimumQuantity: fc.integer({ min: 2, max: 40 }), basisPoints: fc.integer({ min: 1, max: 9_999 }) }),
    { nil: undefined },
  );
  const shops = fc
    .tuple(...skus.map((sku) => fc.tuple(price, price, price, price, discount).map((rest) => ({ sku, rest }))))
    .map((products) =>
      catalogOf(
        ...products.map(({ sku, rest: [USD, EUR, GBP, JPY, quantityDiscount] }) => ({
          sku,
          prices: { USD, EUR, GBP, JPY },
          quantityDiscount,
        })),
      ),
    );
  const line = fc.tuple(fc.constantFrom(...skus), fc.integer({ min: 1, max: 50 }));
  const carts = fc
    .record({
      lines: fc.array(line, { minLength: 1, maxLength: 12 }),
      currency: fc.constantFrom(...currencies),
      country: fc.constantFrom('US', 'GB', 'DE', 'FI', 'JP', 'BR'),
    })
    .map(({ lines, ...rest }) => request(lines, rest));

  test('the amounts are whole, never negative and add up', () => {
    fc.assert(
      fc.property(shops, carts, (shop, cart) => {
        const amounts = amountsOf(shop, cart);
        expect(orderAmountsSchema.parse(amounts)).toEqual(amounts);
        expect(amounts.discount).toBeLessThanOrEqual(amounts.goods);
      }),
    );
  });

  test('the order of the lines does not matter', () => {
    const shuffled = carts.chain((cart) =>
      fc.tuple(fc.constant(cart), fc.shuffledSubarray(cart.lines, { minLength: cart.lines.length })),
    );
    fc.assert(
      fc.property(shops, shuffled, (shop, [cart, lines]) => {
        expect(quoteCart(shop, { ...cart, lines }, rates)).toEqual(quoteCart(shop, cart, rates));
      }),
    );
  });

  test('splitting a line changes nothing', () => {
    fc.assert(
      fc.property(shops, carts, fc.nat(), fc.nat(), (shop, cart, at, piece) => {
        const split = cart.lines.flatMap(({ sku, quantity }, index) => {
          const first = quantity > 1 && index === at % cart.lines.length ? 1 + (piece % (quantity - 1)) : quantity;
          return first === quantity
            ? [{ sku, quantity }]
            : [first, quantity - first].map((q) => ({ sku, quantity: q }));
        });
        expect(quoteCart(shop, { ...cart, lines: split }, rates)).toEqual(quoteCart(shop, cart, rates));
      }),
    );
  });

  test('another line never lowers the goods', () => {
    fc.assert(
      fc.property(shops, carts, line, (shop, cart, [sku, quantity]) => {
        const more = { ...cart, lines: [...cart.lines, { sku: sku as Sku, quantity }] };
        expect(amountsOf(shop, more).goods).toBeGreaterThan(amountsOf(shop, cart).goods);
      }),
    );
  });

  test('of any size the answer is exact or a refusal that names the lines', () => {
    const huge = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 1_000 });
    fc.assert(
      fc.property(huge, fc.integer({ min: 1, max: largestAmount }), (quantities, USD) => {
        const shop = catalogOf({ sku: 'A', prices: { USD } });
        try {
          const { amounts, lines } = quoteCart(shop, request(quantities.map((quantity) => ['A', quantity])), rates);
          expect(amounts.goods).toBe((lines[0]?.quantity ?? 0) * USD);
          expect(amounts.total).toBeLessThanOrEqual(largestAmount);
        } catch (error) {
          if (!(error instanceof ServiceFailure)) throw error;
          expect(error).toMatchObject({ type: 'InvalidRequest', detail: { field: 'lines' } });
        }
      }),
    );
  });
});
