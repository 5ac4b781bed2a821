import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { currencies } from '../../contracts/currency.ts';
import type { Sku } from '../../contracts/identifiers.ts';
import { largestAmount } from '../../contracts/money.ts';
import { type Product, productSchema, type QuoteRequest, quoteRequestSchema } from '../../services/catalog/contract.ts';
import { quoteCart } from '../../services/catalog/quote.ts';
import { type Rates, rates } from '../../services/catalog/rates.ts';

const shopOf = (...products: readonly object[]): Map<Sku, Product> =>
  new Map(products.map((one) => productSchema.parse({ name: 'a product', ...one })).map((one) => [one.sku, one]));

const cart = (sku: string, quantity: number, change: object = {}): QuoteRequest =>
  quoteRequestSchema.parse({ lines: [{ sku, quantity }], currency: 'EUR', country: 'DE', ...change });

describe('the tax of a quote', () => {
  const shop = shopOf({
    sku: 'PEN',
    prices: { EUR: 1_000 },
    quantityDiscount: { minimumQuantity: 2, basisPoints: 1_000 },
  });

  test('is taken of the goods less their discount, and of the shipping', () => {
    const { amounts } = quoteCart(shop, cart('PEN', 2), rates);
    // 19 % of 20.00 - 2.00 + 6.99 is 4.7481.
    expect(amounts).toEqual({ currency: 'EUR', goods: 2_000, discount: 200, shipping: 699, tax: 475, total: 2_974 });
  });
});

describe('a cart that costs more than one payment carries', () => {
  const shop = shopOf({ sku: 'YACHT', prices: { EUR: largestAmount }, quantityDiscount: undefined });

  test('is refused for its total, though its goods alone could be paid', () => {
    expect(() => quoteCart(shop, cart('YACHT', 1), rates)).toThrow(
      expect.objectContaining({ type: 'InvalidRequest', message: expect.stringContaining('1,189,999.99 EUR') }),
    );
  });

  test('is refused for its goods, though its total could be paid', () => {
    const discounted = shopOf({
      sku: 'PIN',
      prices: { EUR: 20_000_000 },
      quantityDiscount: { minimumQuantity: 2, basisPoints: 9_999 },
    });
    expect(() => quoteCart(discounted, cart('PIN', 6), rates)).toThrow(
      expect.objectContaining({ type: 'InvalidRequest', message: expect.stringContaining('1,200,000.00 EUR') }),
    );
  });
});

describe('a product without a price in the currency', () => {
  const refusal = (prices: object) => {
    try {
      quoteCart(shopOf({ sku: 'PEN', prices }), cart('PEN', 1), rates);
    } catch (error) {
      return error as { message: string; detail: object };
    }
    throw new Error('it was quoted');
  };

  test('is refused with the currencies that it is sold in', () => {
    expect(refusal({ USD: 105, JPY: 90 }).message).toContain('it is sold in USD, JPY;');
    expect(refusal({}).message).toContain('it is sold in no currency;');
    expect(refusal({ USD: 105 }).detail).toEqual({ field: 'lines.0.sku', facts: { sku: 'PEN', currency: 'EUR' } });
  });
});

describe("the shop's rates", () => {
  const countries = Object.keys(rates.taxBasisPoints);

  test('tax the whole European Union, Great Britain, and what is taxed like them, and no other country', () => {
    const taxed = countries.filter((country) => (rates.taxBasisPoints[country] ?? 0) > 0);
    expect(taxed).toHaveLength(30);
    expect(taxed).toEqual(expect.arrayContaining(['AT', 'DE', 'FR', 'GB', 'IE', 'IM', 'MC', 'SE']));
    expect(taxed).not.toContain('US');
  });

  test('are percentages as they are in the law: between 17 % and 27 %, in steps of half a percent', () => {
    const taxed = countries.filter((country) => rates.taxBasisPoints[country] !== 0);
    const wrong = taxed.filter((country) => {
      const points = rates.taxBasisPoints[country] ?? 0;
      return points < 1_700 || points > 2_700 || points % 50 !== 0;
    });
    expect(wrong).toEqual([]);
    expect([rates.taxBasisPoints['LU'], rates.taxBasisPoints['HU'], rates.taxBasisPoints['FI']]).toEqual([
      1_700, 2_700, 2_550,
    ]);
  });

  test('ship to every country in every currency, the farther the dearer', () => {
    const flats = (country: string) =>
      currencies.map((currency) => (rates.shipping[country] ?? rates.shippingElsewhere)[currency].flat);
    expect(flats('US')).toEqual([599, 549, 479, 900]);
    expect(flats('GB')).toEqual([799, 699, 499, 1_200]);
    expect(flats('DE')).toEqual([799, 699, 599, 1_200]);
    expect(flats('BR')).toEqual([1_999, 1_799, 1_599, 3_000]);
  });

  test('ship for nothing from a value on that is several times the price of shipping', () => {
    const tables = [...Object.values(rates.shipping), rates.shippingElsewhere] as Rates['shippingElsewhere'][];
    fc.assert(
      fc.property(fc.constantFrom(...tables), fc.constantFrom(...currencies), (table, currency) => {
        expect(table[currency].freeFrom / table[currency].flat).toBeGreaterThan(7);
        expect(table[currency].freeFrom / table[currency].flat).toBeLessThan(12);
      }),
    );
  });
});
