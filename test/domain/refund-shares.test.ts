import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OrderAmounts } from '../../contracts/amounts.ts';
import { refundAmounts } from '../../services/orders/refund-amounts.ts';
import { amountsLeft, cutToLeft, divideAmount } from '../../services/orders/refund-shares.ts';

const parts = ['goods', 'discount', 'shipping', 'tax', 'total'] as const;

const nothing: OrderAmounts = { currency: 'USD', goods: 0, discount: 0, shipping: 0, tax: 0, total: 0 };

const sum = (all: readonly OrderAmounts[]): OrderAmounts => {
  const added = (part: (typeof parts)[number]) => all.reduce((total, each) => total + each[part], 0);
  return { ...nothing, ...Object.fromEntries(parts.map((part) => [part, added(part)])) };
};

const linesArbitrary = fc.array(
  fc.record({ quantity: fc.integer({ min: 1, max: 9 }), unitPrice: fc.integer({ min: 0, max: 100_000 }) }),
  { minLength: 1, maxLength: 4 },
);

const orderArbitrary = fc
  .record({
    lines: linesArbitrary,
    discountShare: fc.double({ min: 0, max: 1, noNaN: true }),
    shipping: fc.integer({ min: 0, max: 9_999 }),
    tax: fc.integer({ min: 0, max: 99_999 }),
  })
  .map(({ lines, discountShare, shipping, tax }) => {
    const goods = lines.reduce((all, { quantity, unitPrice }) => all + quantity * unitPrice, 0);
    const discount = Math.floor(goods * discountShare);
    const order = {
      currency: 'USD',
      goods,
      discount,
      shipping,
      tax,
      total: goods - discount + shipping + tax,
    } as const;
    return { lines, order };
  })
  .filter(({ order }) => order.total > 0);

/** Either an amount that is given back at the provider, or a share of the pieces of each line that is refunded here. */
const stepsArbitrary = fc.array(
  fc.record({ isProvider: fc.boolean(), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  { maxLength: 8 },
);

function refundAll(
  order: OrderAmounts,
  lines: readonly { readonly quantity: number; readonly unitPrice: number }[],
  steps: readonly { readonly isProvider: boolean; readonly share: number }[],
): OrderAmounts[] {
  const all: OrderAmounts[] = [];
  const byLines: OrderAmounts[] = [];
  const refunded = lines.map(() => 0);
  for (const { isProvider, share } of [...steps, { isProvider: false, share: 1 }]) {
    const left = amountsLeft(order, sum(all));
    if (isProvider) {
      const amount = Math.round(left.total * share);
      if (amount > 0) all.push(divideAmount(left, amount));
      continue;
    }
    const pieces = lines.map(({ quantity }, index) => Math.floor((quantity - (refunded[index] ?? 0)) * share));
    const bought = lines.map((line, index) => ({ ...line, refunded: refunded[index] ?? 0 }));
    const given = cutToLeft(refundAmounts(order, bought, pieces, sum(byLines)), left);
    if (given.total === 0) continue;
    for (const [index, taken] of pieces.entries()) refunded[index] = (refunded[index] ?? 0) + taken;
    all.push(given);
    byLines.push(given);
  }
  return all;
}

describe('refunds by lines and at the provider, in any order', () => {
  test('never give more of any part than the order has, and each adds up', () => {
    fc.assert(
      fc.property(orderArbitrary, stepsArbitrary, ({ order, lines }, steps) => {
        const all = refundAll(order, lines, steps);
        const given = sum(all);
        for (const part of ['shipping', 'tax', 'goods', 'total'] as const) {
          expect(given[part]).toBeLessThanOrEqual(order[part]);
        }
        for (const { goods, discount, shipping, tax, total } of all) {
          expect(Math.min(goods, discount, shipping, tax, goods - discount)).toBeGreaterThanOrEqual(0);
          expect(total).toBe(goods - discount + shipping + tax);
          expect(total).toBeGreaterThan(0);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('give back exactly the order in each part once nothing is left', () => {
    fc.assert(
      fc.property(orderArbitrary, stepsArbitrary, ({ order, lines }, steps) => {
        const given = sum(refundAll(order, lines, steps));
        const { goods, discount, shipping, tax, total } = given;
        expect({ net: goods - discount, shipping, tax, total }).toEqual({
          net: order.goods - order.discount,
          shipping: order.shipping,
          tax: order.tax,
          total: order.total,
        });
      }),
      { numRuns: 1_000 },
    );
  });
});

test('an amount is divided in proportion of what is left', () => {
  const order = { currency: 'USD', goods: 5_000, discount: 100, shipping: 600, tax: 500, total: 6_000 } as const;
  expect(divideAmount(order, 600)).toEqual({
    currency: 'USD',
    goods: 500,
    discount: 10,
    shipping: 60,
    tax: 50,
    total: 600,
  });
  expect(divideAmount(order, 1)).toMatchObject({ goods: 1, discount: 0, shipping: 0, tax: 0, total: 1 });
  expect(divideAmount(order, 6_000)).toEqual(order);
});
