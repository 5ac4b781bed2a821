import { describe, expect, test } from '@jest/globals';
import type { CartLine } from '../../contracts/cart-lines.ts';
import { type BoughtLine, takePieces } from '../../services/orders/refund-lines.ts';

const lines = [
  { sku: 'LAMP', quantity: 2, unitPrice: 2_000, refunded: 1 },
  { sku: 'BULB', quantity: 4, unitPrice: 250, refunded: 0 },
  { sku: 'LAMP', quantity: 3, unitPrice: 1_500, refunded: 0 },
] as BoughtLine[];

const take = (...asked: [sku: string, quantity: number][]) =>
  takePieces(lines, asked.map(([sku, quantity]) => ({ sku, quantity })) as CartLine[]);

describe('takePieces', () => {
  test('takes all that are left when no lines are asked for', () => {
    expect(takePieces(lines, undefined)).toEqual([1, 4, 3]);
  });

  test('takes the pieces of a SKU that is in several lines from the first one first', () => {
    expect(take(['LAMP', 3])).toEqual([1, 0, 2]);
  });

  test('adds up lines that ask for the same SKU', () => {
    expect(take(['LAMP', 1], ['BULB', 2], ['LAMP', 1])).toEqual([1, 2, 1]);
  });

  test.each<[string, [string, number][], number, object]>([
    [
      'that was not bought',
      [
        ['BULB', 1],
        ['CHAIR', 1],
      ],
      1,
      { sku: 'CHAIR', requested: 1, bought: 0, refunded: 0 },
    ],
    ['with more pieces than are left', [['LAMP', 5]], 0, { sku: 'LAMP', requested: 5, bought: 5, refunded: 1 }],
    [
      'that is too much together with another',
      [
        ['BULB', 3],
        ['BULB', 2],
      ],
      1,
      { sku: 'BULB', requested: 5, bought: 4, refunded: 0 },
    ],
  ])('refuses a line %s', (_, asked, index, facts) => {
    expect(() => take(...asked)).toThrow(
      expect.objectContaining({ type: 'LineNotBought', detail: { field: `lines.${index}.sku`, facts } }),
    );
  });

  test('says whether there is none of it in the order, or too little left', () => {
    expect(() => take(['CHAIR', 1])).toThrow('CHAIR is not in the order');
    expect(() => take(['LAMP', 5])).toThrow('4 of the 5 bought are left');
  });
});
