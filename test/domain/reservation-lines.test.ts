import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sumBySku } from '../../contracts/cart-lines.ts';
import type { Sku } from '../../contracts/identifiers.ts';
import { findShortage } from '../../services/inventory/reservation-lines.ts';

const lines = fc.array(
  fc.record({
    sku: fc.constantFrom('A', 'B', 'C', 'b', '10', '9') as fc.Arbitrary<Sku>,
    quantity: fc.integer({ min: 1, max: 1_000 }),
  }),
);

describe('lines summed by SKU', () => {
  test('name each SKU once, sorted, and lose no piece', () => {
    fc.assert(
      fc.property(lines, (given) => {
        const summed = sumBySku(given);
        const skus = summed.map(({ sku }) => sku);
        expect(skus).toEqual([...new Set(given.map(({ sku }) => sku))].sort());
        for (const { sku, quantity } of summed) {
          expect(quantity).toBe(given.filter((line) => line.sku === sku).reduce((sum, line) => sum + line.quantity, 0));
        }
      }),
    );
  });

  test('summed again stay the same', () => {
    fc.assert(fc.property(lines, (given) => expect(sumBySku(sumBySku(given))).toEqual(sumBySku(given))));
  });
});

describe('a shortage', () => {
  const sku = 'A' as Sku;
  const shelves = (onHand: number, reserved: number) => new Map([[sku, { onHand, reserved }]]);

  test('is there exactly when more is asked for than is on hand and not reserved', () => {
    const shelf = fc
      .tuple(fc.nat(100), fc.nat(100))
      .map(([free, reserved]) => ({ free, reserved, onHand: free + reserved }));
    fc.assert(
      fc.property(shelf, fc.integer({ min: 1, max: 200 }), ({ free, reserved, onHand }, quantity) => {
        const shortage = findShortage([{ sku, quantity }], shelves(onHand, reserved));
        expect(shortage).toEqual(quantity > free ? { sku, requested: quantity, available: free } : undefined);
      }),
    );
  });

  test('names the first line that is short; a shelf that is missing is empty', () => {
    const short = [
      { sku, quantity: 1 },
      { sku: 'B' as Sku, quantity: 2 },
      { sku: 'C' as Sku, quantity: 3 },
    ];
    expect(findShortage(short, shelves(5, 0))).toEqual({ sku: 'B', requested: 2, available: 0 });
  });
});
