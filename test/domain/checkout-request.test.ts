import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceFailure } from '../../contracts/failures.ts';
import { parse } from '../../contracts/validation.ts';
import { checkoutRequestSchema } from '../../workflows/checkout/contract.ts';
import { refusalOf } from '../../workflows/checkout/refusal.ts';

const valid = {
  checkoutId: 'c-1',
  customerId: 'customer-123',
  lines: [{ sku: 'product-1', quantity: 2 }],
  currency: 'USD',
  country: 'US',
  paymentMethod: 'pm_card_visa',
};

function failureOf(input: unknown): ServiceFailure {
  try {
    parse(checkoutRequestSchema, input);
  } catch (error) {
    if (error instanceof ServiceFailure) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('a request that is not valid', () => {
  const line = (changes: object) => ({ lines: [{ sku: 'product-1', quantity: 1, ...changes }] });
  test.each([
    ['lines.0.quantity', line({ quantity: 0 })],
    ['lines.0.quantity', line({ quantity: -1 })],
    ['lines.0.quantity', line({ quantity: 1.5 })],
    ['lines.0.quantity', line({ quantity: 1e15 })],
    ['lines.0.quantity', line({ quantity: '2' })],
    ['lines.0.sku', line({ sku: '' })],
    ['lines.0.sku', line({ sku: 'x'.repeat(1_000_000) })],
    ['lines.0.price', line({ price: 1 })],
    ['lines', { lines: [] }],
    ['lines', { lines: Array.from({ length: 10_000 }, (_, index) => ({ sku: `p-${index}`, quantity: 1 })) }],
    ['checkoutId', { checkoutId: '../../etc/passwd' }],
    ['checkoutId', { checkoutId: undefined }],
    ['customerId', { customerId: 'a b' }],
    ['currency', { currency: 'XXX' }],
    ['country', { country: 'usa' }],
    ['paymentMethod', { paymentMethod: '4242424242424242' }],
    ['acceptedTotal', { acceptedTotal: 100_000_000 }],
    ['acceptedTotal', { acceptedTotal: 0.1 }],
    ['coupon', { coupon: 'FREE' }],
  ])('names %s', (field, changes) => {
    const failure = failureOf({ ...valid, ...changes });
    expect(failure.type).toBe('InvalidRequest');
    expect(failure.detail.field).toBe(field);
    expect(failure.message.length).toBeLessThan(300);
  });

  test('whatever it is, is refused by type and never by a crash', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        expect(failureOf(input).type).toBe('InvalidRequest');
      }),
    );
  });
});

describe('who may have what at which price', () => {
  const customer = { customerId: 'customer-123' as never, status: 'active' } as const;
  const quote = {
    amounts: { currency: 'USD', goods: 5998, discount: 0, shipping: 0, tax: 0, total: 5998 },
  } as const;

  test('an active customer may, at the accepted total or without one', () => {
    expect(refusalOf({}, customer, quote)).toBeUndefined();
    expect(refusalOf({ acceptedTotal: 5998 }, customer, quote)).toBeUndefined();
  });

  test('any other accepted total is refused, also a higher one', () => {
    fc.assert(
      fc.property(
        fc.nat().filter((total) => total !== 5998),
        (acceptedTotal) => {
          expect(refusalOf({ acceptedTotal }, customer, quote)).toMatchObject({ type: 'PriceChanged' });
        },
      ),
    );
  });

  test('a banned customer may not, whatever the price', () => {
    const banned = { ...customer, status: 'banned' } as const;
    expect(refusalOf({ acceptedTotal: 1 }, banned, quote)).toMatchObject({ type: 'CustomerBanned' });
  });

  test('is told with what a program needs: who, or which totals in which currency', () => {
    expect(refusalOf({ acceptedTotal: 5_000 }, customer, quote)).toMatchObject({
      message: 'the total is 59.98 USD now, 50.00 USD was accepted',
      field: 'acceptedTotal',
      facts: { accepted: 5_000, total: 5_998, currency: 'USD' },
    });
    expect(refusalOf({}, { ...customer, status: 'banned' }, quote)?.message).toContain('customer-123');
  });

  test('an accepted total of nothing is a total', () => {
    expect(refusalOf({ acceptedTotal: 0 }, customer, quote)).toMatchObject({ type: 'PriceChanged' });
  });
});
