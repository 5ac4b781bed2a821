import { describe, expect, test } from '@jest/globals';
import { countries, countrySchema } from '../../contracts/countries.ts';
import { currencies } from '../../contracts/currency.ts';
import { type Product, productSchema, quoteRequestSchema } from '../../services/catalog/contract.ts';
import { quoteCart } from '../../services/catalog/quote.ts';
import { rates } from '../../services/catalog/rates.ts';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const pairs = letters.flatMap((first) => letters.map((second) => `${first}${second}`));

describe('the countries', () => {
  // The names of the Unicode CLDR, which knows reserved, withdrawn and private codes as well.
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const notInIso = 'AC AN BU CP CQ CS DD DG DY EA EU EZ FX HV IC NH QO RH SU TA TP UK UN VD XA XB XK YD YU ZR ZZ'.split(
    ' ',
  );

  test('are those of ISO 3166-1, as another source has them', () => {
    expect(countries.size).toBe(249);
    expect([...countries].filter((code) => names.of(code) === undefined)).toEqual([]);
    const others = pairs.filter((code) => names.of(code) !== undefined && !countries.has(code));
    expect(others.filter((code) => !notInIso.includes(code))).toEqual([]);
  });

  test('are all accepted, and no other two letters are', () => {
    expect(pairs.filter((code) => countrySchema.safeParse(code).success).sort()).toEqual([...countries].sort());
  });

  test.each([
    ['UK', 'GB'],
    ['EL', 'GR'],
    ['XI', 'GB'],
    ['IC', 'ES'],
    ['gb', 'GB'],
    [' de ', 'DE'],
  ])('%s is refused with the hint that %s is meant', (code, hint) => {
    const message = countrySchema.safeParse(code).error?.issues[0]?.message;
    expect(message).toBe(`${JSON.stringify(code)} is no country code of ISO 3166-1; use ${hint}`);
  });

  test.each(['ZZ', 'XK', 'EU', 'USA', '', 'constructor', 'Ａ1'])('%p is refused without a guess', (code) => {
    const issues = countrySchema.safeParse(code).error?.issues;
    expect(issues?.map(({ message }) => message)).toEqual([
      `${JSON.stringify(code)} is no country code of ISO 3166-1 alpha-2, which are two capital letters such as US`,
    ]);
  });
});

describe('the tax', () => {
  const product = productSchema.parse({ sku: 'A', name: 'a product', prices: { GBP: 10_000 } });
  const quote = (country: string, table = rates) => {
    const cart = { lines: [{ sku: 'A', quantity: 1 }], currency: 'GBP', country };
    return quoteCart(
      new Map<string, Product>([[product.sku, product]]) as never,
      quoteRequestSchema.parse(cart),
      table,
    );
  };

  test('of every country is a decision, and of nothing else', () => {
    expect(Object.keys(rates.taxBasisPoints).sort()).toEqual([...countries].sort());
  });

  test('of a country without a rate is no guess: it is refused', () => {
    expect(() => quote('BR', { ...rates, taxBasisPoints: { GB: 2000 } })).toThrow(
      expect.objectContaining({ type: 'InvalidRequest', detail: { field: 'country', facts: { country: 'BR' } } }),
    );
  });

  test.each([
    ['GB', 'the United Kingdom', 2000],
    ['IM', 'the Isle of Man, which levies the tax of the United Kingdom', 2000],
    ['JE', 'Jersey, outside of the VAT area', 0],
    ['GI', 'Gibraltar, outside of the VAT area', 0],
    ['FR', 'France', 2000],
    ['MC', 'Monaco, which levies the tax of France', 2000],
    ['GP', 'Guadeloupe, outside of the VAT area', 0],
    ['FI', 'Finland', 2550],
    ['AX', 'Åland, outside of the VAT area', 0],
    ['ES', 'Spain, the Canary Islands among it, which have no code', 2100],
    ['GR', 'Greece', 2400],
    ['GL', 'Greenland, outside of the VAT area', 0],
    ['SM', 'San Marino, outside of the VAT area', 0],
    ['CH', 'Switzerland, an export', 0],
    ['US', 'the United States', 0],
  ])('of %s, %s, is %d hundredths of a percent', (country, _, basisPoints) => {
    expect(rates.taxBasisPoints[country]).toBe(basisPoints);
    const { amounts } = quote(country);
    expect(amounts.tax).toBe(Math.floor(((amounts.goods + amounts.shipping) * basisPoints + 5_000) / 10_000));
  });

  test('is above zero in every member state of the European Union', () => {
    const members = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');
    expect(members.filter((country) => !((rates.taxBasisPoints[country] ?? 0) >= 1_700))).toEqual([]);
  });
});

test('shipping to where no table says anything is the dearest of all', () => {
  for (const currency of currencies) {
    for (const table of Object.values(rates.shipping)) {
      expect(table?.[currency].flat).toBeLessThan(rates.shippingElsewhere[currency].flat);
      expect(table?.[currency].freeFrom).toBeLessThan(rates.shippingElsewhere[currency].freeFrom);
    }
  }
});
