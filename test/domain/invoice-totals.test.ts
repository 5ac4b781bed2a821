import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { largestAmount } from '../../contracts/money.ts';
import { totalsOf } from '../../services/billing/invoice-totals.ts';

const line = (unitPrice: number, taxRate: number, quantity = 1) => ({ quantity, unitPrice, taxRate });

describe('the totals of an invoice', () => {
  test('round the tax once for each rate, not line by line', () => {
    expect(totalsOf([line(7, 800), line(7, 800), line(7, 800)], 'EUR')).toEqual({
      taxes: [{ rate: 800, net: 21, tax: 2 }],
      net: 21,
      tax: 2,
      total: 23,
    });
  });

  test('name each rate, the lowest first', () => {
    expect(totalsOf([line(10_000, 1900), line(5_000, 700, 2), line(1, 0)], 'EUR')).toEqual({
      taxes: [
        { rate: 0, net: 1, tax: 0 },
        { rate: 700, net: 10_000, tax: 700 },
        { rate: 1900, net: 10_000, tax: 1_900 },
      ],
      net: 20_001,
      tax: 2_600,
      total: 22_601,
    });
  });

  test.each([
    [25, 200, 1],
    [24, 200, 0],
    [1, 5_000, 1],
  ])('round half a minor unit up: %i at %i', (price, rate, tax) => {
    expect(totalsOf([line(price, rate)], 'EUR').tax).toBe(tax);
  });

  test('are at most what one payment can carry', () => {
    expect(totalsOf([line(largestAmount, 0)], 'EUR').total).toBe(largestAmount);
    expect(() => totalsOf([line(largestAmount, 0), line(1, 0)], 'EUR')).toThrow(/1,000,000\.00 EUR.*999,999\.99 EUR/);
    // Beyond what a number holds exactly.
    expect(() => totalsOf(Array(1_000).fill(line(largestAmount, 10_000, 1_000_000)), 'EUR')).toThrow('lines:');
  });

  test('are more than nothing', () => {
    expect(() => totalsOf([line(0, 1900)], 'EUR')).toThrow('lines: an invoice asks for something');
  });

  test('add up, and are within half a minor unit a rate', () => {
    const lines = fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 20 }),
        unitPrice: fc.integer({ min: 1, max: 2_000 }),
        taxRate: fc.constantFrom(0, 700, 800, 1900, 2550),
      }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(lines, (all) => {
        const { taxes, net, tax, total } = totalsOf(all, 'EUR');
        expect(total).toBe(net + tax);
        expect(net).toBe(all.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0));
        for (const of of taxes) expect(Math.abs(of.tax - (of.net * of.rate) / 10_000)).toBeLessThanOrEqual(0.5);
        expect(taxes.reduce((sum, of) => sum + of.tax, 0)).toBe(tax);
      }),
    );
  });
});
