import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { orderAmountsSchema } from '../../contracts/amounts.ts';
import { type Currency, currencies, formatMoney, minorDigits, parseMinorUnits } from '../../contracts/currency.ts';
import { amountSchema, bookAmountSchema, largestAmount, largestBookAmount } from '../../contracts/money.ts';

const currency = fc.constantFrom<Currency>(...currencies);
const amount = fc.integer({ min: 0, max: largestAmount });

describe('money for people', () => {
  test.each([
    [5998, 'USD', '59.98 USD'],
    [99_999_999, 'USD', '999,999.99 USD'],
    [5, 'GBP', '0.05 GBP'],
    [-1234, 'EUR', '-12.34 EUR'],
    [4500, 'JPY', '4,500 JPY'],
    [0, 'USD', '0.00 USD'],
  ] as const)('%d minor units of %s are %s', (minor, of, text) => {
    expect(formatMoney(minor, of)).toBe(text);
  });

  test('what is written is read back', () => {
    fc.assert(
      fc.property(amount, currency, (minor, of) => {
        const text = formatMoney(minor, of).replace(/,| [A-Z]{3}$/g, '');
        expect(parseMinorUnits(text, of)).toBe(minor);
      }),
    );
  });

  test.each(['', '-1', '1e3', '1.234', ' ', '0x10', '1,000', 'NaN', '12345678901234567890'])(
    '%j is no amount of USD',
    (text) => {
      expect(parseMinorUnits(text, 'USD')).toBeUndefined();
    },
  );
});

describe('an amount', () => {
  const messageOf = (schema: typeof amountSchema, value: unknown) => schema.safeParse(value).error?.issues[0]?.message;

  test('says of each rule what it is, also where a contract narrows it', () => {
    expect(messageOf(amountSchema, 1.5)).toContain('whole number');
    expect(messageOf(amountSchema, '1')).toContain('whole number');
    expect(messageOf(amountSchema, -1)).toBe('an amount is never negative');
    expect(messageOf(amountSchema, largestAmount + 1)).toBe('an amount is at most 99999999 minor units');
    expect(messageOf(amountSchema.min(1), 0)).not.toContain('whole number');
    expect(messageOf(amountSchema, 0)).toBeUndefined();
  });
});

describe('the amounts of an order', () => {
  test('hold only when they add up', () => {
    fc.assert(
      fc.property(
        currency,
        fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 4, maxLength: 4 }),
        fc.integer(),
        (of, parts, off) => {
          const [goods = 0, discount = 0, shipping = 0, tax = 0] = parts;
          const total = goods - Math.min(discount, goods) + shipping + tax;
          const amounts = { currency: of, goods, discount: Math.min(discount, goods), shipping, tax, total };
          expect(orderAmountsSchema.safeParse(amounts).success).toBe(true);
          expect(orderAmountsSchema.safeParse({ ...amounts, total: total + off }).success).toBe(off === 0);
        },
      ),
    );
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, largestAmount + 1, '1'])('%p is no amount', (value) => {
    expect(amountSchema.safeParse(value).success).toBe(false);
  });

  test('every currency says how many digits it has', () => {
    expect(Object.values(minorDigits).every((digits) => digits >= 0 && digits <= 3)).toBe(true);
  });
});

describe('an amount of the books', () => {
  test('may be larger than what a card pays', () => {
    expect(bookAmountSchema.parse(largestAmount + 1)).toBe(largestAmount + 1);
    expect(bookAmountSchema.parse(largestBookAmount)).toBe(10 ** 13);
  });

  test.each([
    [largestBookAmount + 1, 'an amount is at most 10000000000000 minor units'],
    [-1, 'an amount is never negative'],
    [0.5, 'an amount is a whole number of minor units (cents)'],
    ['1', 'an amount is a whole number of minor units (cents)'],
  ])('is refused as %j', (value, message) => {
    expect(bookAmountSchema.safeParse(value).error?.issues[0]?.message).toBe(message);
  });
});
