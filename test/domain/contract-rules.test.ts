import { describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { orderAmountsSchema } from '../../contracts/amounts.ts';
import { type CartLine, quantitySchema, sumBySku } from '../../contracts/cart-lines.ts';
import { formatMoney, parseMinorUnits } from '../../contracts/currency.ts';
import {
  checkoutIdSchema,
  countrySchema,
  customerIdSchema,
  instantSchema,
  orderIdSchema,
  paymentIdSchema,
  paymentMethodSchema,
  refundIdSchema,
  reservationIdSchema,
  restockIdSchema,
  reviewIdSchema,
  skuSchema,
  workflowIdSchema,
} from '../../contracts/identifiers.ts';
import { amountSchema, currencySchema, moneySchema } from '../../contracts/money.ts';

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

describe('an id', () => {
  const ids = {
    checkout: checkoutIdSchema,
    customer: customerIdSchema,
    sku: skuSchema,
    order: orderIdSchema,
    reservation: reservationIdSchema,
    review: reviewIdSchema,
    refund: refundIdSchema,
    restock: restockIdSchema,
  };

  test.each(Object.entries(ids))('of a %s has 1 to 64 characters that are safe everywhere', (_, schema) => {
    const good = ['a', 'Z', '7', 'a-b_c.d', '9.9', `a${'-'.repeat(62)}b`, 'x'.repeat(64)];
    const bad = ['', '-a', 'a-', '.a', 'a.', '_a', 'a_', 'a b', ' a', 'a\n', 'a/b', 'é', 'x'.repeat(65), 7, null];
    expect(good.filter((value) => !takes(schema, value))).toEqual([]);
    expect(bad.filter((value) => takes(schema, value))).toEqual([]);
  });

  test('of a payment has room for a checkout and its attempt', () => {
    const good = ['a', `${'x'.repeat(64)}-1`, 'x'.repeat(80), 'a.', 'a-'];
    const bad = ['', '-1', '.a', '_a', 'x'.repeat(81), 'a b', ' a', 'a/1'];
    expect(good.filter((value) => !takes(paymentIdSchema, value))).toEqual([]);
    expect(bad.filter((value) => takes(paymentIdSchema, value))).toEqual([]);
  });

  test('of a workflow is its kind and what it is about', () => {
    const good = ['checkout/a', 'invoice-payment/p-1', 'a-b-c/9._-', `refund/${'x'.repeat(80)}`];
    const bad = [
      ...['', 'checkout', 'checkout/', '/a', 'checkout/-a', 'checkout/a/b', 'checkout/a b', 'checkout/a\n'],
      ...['Checkout/a', 'a--b/c', '-a/b', 'a-/b', 'a1/b', ' checkout/a', `refund/${'x'.repeat(81)}`, 7],
    ];
    expect(good.filter((value) => !takes(workflowIdSchema, value))).toEqual([]);
    expect(bad.filter((value) => takes(workflowIdSchema, value))).toEqual([]);
    expect(workflowIdSchema.safeParse('').error?.issues[0]?.message).toContain('checkout/c-1');
  });

  test('that is missing is told apart from one that is wrong', () => {
    const messageOf = (value: unknown) => checkoutIdSchema.safeParse(value).error?.issues[0]?.message;
    expect(messageOf(undefined)).toBe('is required');
    expect(messageOf(7)).toContain('1 to 64');
    expect(messageOf('')).toContain('1 to 64');
  });
});

describe('a payment method', () => {
  test("is the provider's id, and never a card number", () => {
    const good = ['pm_card_visa', 'pm_1', `pm_${'x'.repeat(100)}`];
    const bad = ['pm_', 'PM_x', 'xpm_1', ' pm_1', 'pm_1 ', 'pm_a-b', `pm_${'x'.repeat(101)}`, '4242424242424242'];
    expect(good.filter((value) => !takes(paymentMethodSchema, value))).toEqual([]);
    expect(bad.filter((value) => takes(paymentMethodSchema, value))).toEqual([]);
    expect(paymentMethodSchema.safeParse('visa').error?.issues[0]?.message).toContain('pm_card_visa');
  });
});

describe('a country', () => {
  test('is a member of ISO 3166-1', () => {
    expect(['US', 'DE', 'AX'].every((value) => takes(countrySchema, value))).toBe(true);
    expect(
      ['us', 'U', 'USA', 'U1', ' US', 'US ', '', 'ZZ', 'UK'].filter((value) => takes(countrySchema, value)),
    ).toEqual([]);
  });
});

describe('a time', () => {
  test('is ISO 8601 in UTC', () => {
    expect(takes(instantSchema, '2026-01-31T12:00:00Z')).toBe(true);
    const bad = ['2026-01-31', '2026-01-31T12:00:00', '1999-12-31T23:59:59Z', '2026-02-30T12:00:00Z', 0];
    expect(bad.filter((value) => takes(instantSchema, value))).toEqual([]);
    expect(instantSchema.safeParse('now').error?.issues[0]?.message).toContain('2026-01-31T12:00:00Z');
  });
});

describe('the limits', () => {
  test('of a quantity are 1 and a million', () => {
    expect([1, 1_000_000].every((value) => takes(quantitySchema, value))).toBe(true);
    expect([0, -1, 1_000_001, 1.5, '1', Number.NaN].filter((value) => takes(quantitySchema, value))).toEqual([]);
  });

  test('of an amount are nothing and eight digits', () => {
    expect([0, 99_999_999].every((value) => takes(amountSchema, value))).toBe(true);
    expect([-1, 100_000_000].filter((value) => takes(amountSchema, value))).toEqual([]);
  });

  test('of money are those of its amount, in a currency of the shop and nothing else', () => {
    expect(takes(moneySchema, { amount: 1, currency: 'JPY' })).toBe(true);
    expect(takes(moneySchema, { amount: -1, currency: 'JPY' })).toBe(false);
    expect(takes(moneySchema, { amount: 1, currency: 'XXX' })).toBe(false);
    expect(takes(moneySchema, { amount: 1, currency: 'JPY', cents: 1 })).toBe(false);
  });

  test('of a currency are told with those that there are', () => {
    expect(currencySchema.safeParse('XXX').error?.issues[0]?.message).toBe(
      'unknown currency "XXX"; use one of USD, EUR, GBP, JPY',
    );
  });
});

describe('the lines of a cart', () => {
  test('name each SKU once, with all its pieces, in an order that is the same for every cart', () => {
    const lines = ['b', 'a', 'C', 'b', '10', '9'].map((sku, index) => ({ sku, quantity: index + 1 })) as CartLine[];
    const summed = [
      { sku: '10', quantity: 5 },
      { sku: '9', quantity: 6 },
      { sku: 'C', quantity: 3 },
      { sku: 'a', quantity: 2 },
      { sku: 'b', quantity: 5 },
    ];
    expect(sumBySku(lines)).toEqual(summed);
    expect(sumBySku(lines.toReversed())).toEqual(summed);
    expect(sumBySku([])).toEqual([]);
  });
});

describe('the amounts of an order', () => {
  const amounts = { currency: 'EUR', goods: 2_000, discount: 200, shipping: 699, tax: 475, total: 2_974 };

  test('are taken when they add up, and with no other total', () => {
    expect(takes(orderAmountsSchema, amounts)).toBe(true);
    const withoutShipping = { ...amounts, shipping: 0, total: 2_275 };
    expect(takes(orderAmountsSchema, withoutShipping)).toBe(true);
    expect(takes(orderAmountsSchema, { ...withoutShipping, total: 2_974 })).toBe(false);
  });

  test('that do not add up are refused by their total', () => {
    const refused = orderAmountsSchema.safeParse({ ...amounts, total: 2_975 }).error;
    expect(refused?.issues).toMatchObject([
      { path: ['total'], message: 'a total is goods - discount + shipping + tax' },
    ]);
  });

  test('are all there, and nothing else is', () => {
    for (const missing of Object.keys(amounts)) {
      expect(takes(orderAmountsSchema, { ...amounts, [missing]: undefined })).toBe(false);
    }
    expect(takes(orderAmountsSchema, { ...amounts, fee: 0 })).toBe(false);
  });
});

describe('a decimal', () => {
  test.each([
    ['59.98', 'USD', 5_998],
    ['59.9', 'USD', 5_990],
    ['59', 'USD', 5_900],
    [' 0.05 ', 'GBP', 5],
    ['4500', 'JPY', 4_500],
    ['0', 'JPY', 0],
    ['9999999999999', 'JPY', 9_999_999_999_999],
  ] as const)('%j in %s is %d minor units', (text, currency, minor) => {
    expect(parseMinorUnits(text, currency)).toBe(minor);
  });

  test.each([
    ['1.234', 'USD'],
    ['1.0', 'JPY'],
    ['.5', 'USD'],
    ['5.', 'USD'],
    ['x5', 'USD'],
    ['5x', 'USD'],
    ['99999999999999', 'JPY'],
  ] as const)('%j is none in %s', (text, currency) => {
    expect(parseMinorUnits(text, currency)).toBeUndefined();
  });

  test('has at least one digit before the point, and no sign at zero', () => {
    expect([0, 5, 50, -5].map((minor) => formatMoney(minor, 'USD'))).toEqual([
      '0.00 USD',
      '0.05 USD',
      '0.50 USD',
      '-0.05 USD',
    ]);
    expect(formatMoney(0, 'JPY')).toBe('0 JPY');
  });

  test('groups thousands only, on both sides of zero', () => {
    expect([-100, 99_999, 100_000, -100_000_000].map((minor) => formatMoney(minor, 'USD'))).toEqual([
      '-1.00 USD',
      '999.99 USD',
      '1,000.00 USD',
      '-1,000,000.00 USD',
    ]);
    expect(formatMoney(1_234_567_890_123_456_789n, 'JPY')).toBe('1,234,567,890,123,456,789 JPY');
  });
});
