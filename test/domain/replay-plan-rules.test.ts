import { describe, expect, test } from '@jest/globals';
import { planReplay } from '../../ops/replay/plan.ts';
import type { FileLine } from '../../ops/replay/read.ts';
import { fileOf } from './replay-file.ts';

const planOf = (...changes: readonly Partial<FileLine>[]) => planReplay(fileOf(...changes), 'replay-test-');

describe('the refused lines', () => {
  test('are in the order of the file, whatever the order of their invoices', () => {
    const { refused } = planOf(
      { InvoiceNo: 'C1', Quantity: -1 },
      { InvoiceNo: 'C2', Quantity: -1 },
      { InvoiceNo: 'C1', Quantity: -1 },
    );
    expect(refused.map(({ line }) => line)).toEqual([2, 3, 4]);
  });

  test('are refused once each, where none of an invoice can be ordered', () => {
    const { orders, refused } = planOf({ Quantity: 0 }, { StockCode: 'POST10001' });
    expect(orders).toEqual([]);
    expect(refused.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'no-quantity'],
      [3, 'not-a-product'],
    ]);
  });
});

describe('the products', () => {
  test('have the price at which pieces were sold, up to what one payment carries', () => {
    const { products } = planOf(
      { Quantity: 0, UnitPrice: '1.00' },
      { Quantity: 1, UnitPrice: '2.00' },
      { StockCode: '10002', UnitPrice: '999999.99' },
      { StockCode: '10003', UnitPrice: '1000000.00' },
      { StockCode: '10004', UnitPrice: '0' },
      { StockCode: '10005/1' },
    );
    expect(products.map(({ sku, price }) => [sku, price])).toEqual([
      ['10001', 200],
      ['10002', 99_999_999],
      ['10004', 0],
    ]);
  });

  test('have names of at most 300 characters', () => {
    expect(planOf({ Description: 'x'.repeat(301) }).products[0]?.name).toBe('x'.repeat(300));
  });
});

test('an order may cost as much as one payment carries', () => {
  expect(planOf({ UnitPrice: '999999.99' }).orders).toMatchObject([{ net: 99_999_999 }]);
});

test('a customer is named by the id', () => {
  expect(planOf({}).customers).toMatchObject([{ customerId: '90001', name: 'Customer 90001' }]);
});

test.each([
  ['begins with what it is', 55, 'customer-'],
  ['is the id alone where it would be too long for an address', 56, ''],
])('the address of a customer %s', (_, length, start) => {
  const CustomerID = 'c'.repeat(length);
  expect(planOf({ CustomerID }).customers).toMatchObject([{ email: `${start}${CustomerID}@shop.example` }]);
});
