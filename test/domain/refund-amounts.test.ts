import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type OrderAmounts, orderAmountsSchema } from '../../contracts/amounts.ts';
import { type RefundableLine, refundAmounts } from '../../services/orders/refund-amounts.ts';

type Bought = Omit<RefundableLine, 'refunded'>;

const parts = ['goods', 'discount', 'shipping', 'tax', 'total'] as const;
const nothing: OrderAmounts = { currency: 'USD', goods: 0, discount: 0, shipping: 0, tax: 0, total: 0 };

const orderOf = (lines: readonly Bought[], discountShare: number, shipping: number, tax: number) => {
  const goods = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  const discount = Math.floor(goods * discountShare);
  return {
    lines,
    amounts: { currency: 'USD' as const, goods, discount, shipping, tax, total: goods - discount + shipping + tax },
  };
};

const orderArbitrary = fc
  .record({
    lines: fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 6 }),
        unitPrice: fc.oneof(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 500_000 })),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    discountShare: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
    shipping: fc.integer({ min: 0, max: 5_000 }),
    tax: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1_000_000 })),
  })
  .map(({ lines, discountShare, shipping, tax }) => orderOf(lines, discountShare, shipping, tax));

/** A step takes some pieces of each line, or gives those of an earlier refund free again. */
const stepArbitrary = fc.record({
  cancel: fc.option(fc.nat(20), { freq: 3 }),
  take: fc.array(fc.nat(6), { minLength: 5, maxLength: 5 }),
});

/** Refunds of one order, as the store keeps them. */
class Refunds {
  readonly #order: ReturnType<typeof orderOf>;
  readonly standing: { readonly pieces: readonly number[]; readonly amounts: OrderAmounts }[] = [];

  constructor(order: ReturnType<typeof orderOf>) {
    this.#order = order;
  }

  get lines(): RefundableLine[] {
    return this.#order.lines.map((line, index) => ({
      ...line,
      refunded: this.standing.reduce((sum, { pieces }) => sum + (pieces[index] ?? 0), 0),
    }));
  }

  get given(): OrderAmounts {
    const sum = { ...nothing };
    for (const { amounts } of this.standing) for (const part of parts) sum[part] += amounts[part];
    return sum;
  }

  refund(wanted: readonly number[]): OrderAmounts {
    const lines = this.lines;
    const pieces = lines.map(({ quantity, refunded }, index) => Math.min(wanted[index] ?? 0, quantity - refunded));
    const amounts = refundAmounts(this.#order.amounts, lines, pieces, this.given);
    this.standing.push({ pieces, amounts });
    return amounts;
  }

  cancel(index: number): void {
    this.standing.splice(index % Math.max(this.standing.length, 1), 1);
  }
}

const all = [6, 6, 6, 6, 6];

describe('the parts of an order', () => {
  test('however it is divided, and whatever is cancelled between, add up to exactly the order', () => {
    fc.assert(
      fc.property(orderArbitrary, fc.array(stepArbitrary, { maxLength: 12 }), (order, steps) => {
        const refunds = new Refunds(order);
        for (const { cancel, take } of steps) cancel === null ? refunds.refund(take) : refunds.cancel(cancel);
        refunds.refund(all);
        expect(refunds.given).toEqual(order.amounts);
      }),
      { numRuns: 2_000 },
    );
  });

  test('are amounts of their own: none below zero, the discount at most the goods, the total their sum', () => {
    fc.assert(
      fc.property(orderArbitrary, fc.array(stepArbitrary, { maxLength: 12 }), (order, steps) => {
        const refunds = new Refunds(order);
        for (const { cancel, take } of steps) {
          if (cancel !== null) refunds.cancel(cancel);
          const amounts = refunds.refund(take);
          expect(orderAmountsSchema.safeParse(amounts).error).toBeUndefined();
          expect(amounts.discount).toBeLessThanOrEqual(amounts.goods);
          for (const part of parts) expect(refunds.given[part]).toBeLessThanOrEqual(order.amounts[part]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('bring the goods back by their unit prices, and the shipping with the last piece', () => {
    fc.assert(
      fc.property(orderArbitrary, fc.array(stepArbitrary, { maxLength: 8 }), (order, steps) => {
        const refunds = new Refunds(order);
        for (const { take } of steps) {
          const before = refunds.lines;
          const wasLeft = before.some(({ quantity, refunded }) => refunded < quantity);
          const amounts = refunds.refund(take);
          const after = refunds.lines;
          const value = after.reduce(
            (sum, { unitPrice, refunded }, index) => sum + unitPrice * (refunded - (before[index]?.refunded ?? 0)),
            0,
          );
          const isLast = wasLeft && after.every(({ quantity, refunded }) => refunded === quantity);
          expect(amounts).toMatchObject({ goods: value, shipping: isLast ? order.amounts.shipping : 0 });
        }
      }),
    );
  });
});

describe('one refund', () => {
  const order = orderOf([{ quantity: 3, unitPrice: 1_000 }], 0, 500, 100);

  test('is the difference of what is due after and before it, each rounded once', () => {
    const refunds = new Refunds(order);
    expect([1, 1, 1].map((piece) => refunds.refund([piece]))).toEqual([
      { currency: 'USD', goods: 1_000, discount: 0, shipping: 0, tax: 33, total: 1_033 },
      { currency: 'USD', goods: 1_000, discount: 0, shipping: 0, tax: 34, total: 1_034 },
      { currency: 'USD', goods: 1_000, discount: 0, shipping: 500, tax: 33, total: 1_533 },
    ]);
  });

  test('of the largest amounts is exact, where a half that is computed in floating point is rounded down', () => {
    const pieces = [92_857_141, 7_142_857].map((unitPrice) => ({ quantity: 1, unitPrice }));
    const large = orderOf(pieces, 0, 0, 99_999_977);
    expect(refundAmounts(large.amounts, new Refunds(large).lines, [1, 0], nothing)).toMatchObject({ tax: 92_857_122 });
  });

  test('gives no discount below zero, where those that were cancelled had less than their share of it', () => {
    const refunds = new Refunds(orderOf([{ quantity: 8, unitPrice: 1 }], 0.5, 0, 0));
    expect([1, 1, 1, 1, 1, 1, 1].map((piece) => refunds.refund([piece]).discount)).toEqual([1, 0, 1, 0, 1, 0, 1]);
    for (const index of [5, 3, 1]) refunds.cancel(index);
    expect(refunds.refund([1])).toMatchObject({ goods: 1, discount: 0, total: 1 });
  });

  test('of an order of free goods brings shipping and tax back with the last piece', () => {
    const refunds = new Refunds(orderOf([{ quantity: 2, unitPrice: 0 }], 0, 500, 40));
    expect(refunds.refund([1])).toEqual(nothing);
    expect(refunds.refund([1])).toMatchObject({ shipping: 500, tax: 40, total: 540 });
  });
});
