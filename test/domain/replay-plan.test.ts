import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Plan, planReplay } from '../../client/replay/plan.ts';
import type { FileLine } from '../../client/replay/read.ts';

const prefix = 'replay-test-';

/** Lines of a file, each with what it changes in a good one. */
const fileOf = (...changes: readonly Partial<FileLine>[]): FileLine[] =>
  changes.map((change, index) => ({
    line: index + 2,
    InvoiceNo: '700001',
    StockCode: '10001',
    Description: 'LANTERN',
    Quantity: 1,
    InvoiceDate: '2026-03-02T08:00:00Z',
    UnitPrice: '4.50',
    CustomerID: '90001',
    Country: 'United Kingdom',
    ...change,
  }));

const planOf = (...changes: readonly Partial<FileLine>[]): Plan => planReplay(fileOf(...changes), prefix);

const refusals = ({ refused }: Plan) => refused.map(({ line, reason }) => [line, reason]);

describe('the orders of a file', () => {
  test('are one for each invoice, with its customer and the code of its country', () => {
    const { orders } = planOf(
      { Quantity: 2 },
      { StockCode: '10002', UnitPrice: '1.1' },
      { InvoiceNo: '700002', CustomerID: '90002', Country: 'EIRE' },
    );

    expect(orders.map(({ request, net }) => ({ ...request, net }))).toEqual([
      {
        checkoutId: 'replay-test-700001',
        customerId: '90001',
        country: 'GB',
        currency: 'GBP',
        paymentMethod: 'pm_card_visa',
        lines: [
          { sku: '10001', quantity: 2 },
          { sku: '10002', quantity: 1 },
        ],
        net: 1_010,
      },
      expect.objectContaining({ checkoutId: 'replay-test-700002', customerId: '90002', country: 'IE', net: 450 }),
    ]);
  });

  test('add up lines of the same product', () => {
    const [order] = planOf({ Quantity: 2 }, { Quantity: 3 }).orders;

    expect(order?.request.lines).toEqual([{ sku: '10001', quantity: 5 }]);
    expect(order?.lines.map(({ line }) => line)).toEqual([2, 3]);
  });

  test('keep codes apart that differ by case', () => {
    const plan = planOf({ StockCode: '10001A' }, { StockCode: '10001a', UnitPrice: '2.25' });

    expect(plan.orders[0]?.request.lines).toHaveLength(2);
    expect(plan.products.map(({ sku, price }) => [sku, price])).toEqual([
      ['10001A', 450],
      ['10001a', 225],
    ]);
  });
});

describe('the price of a product', () => {
  const priceOf = (...prices: readonly string[]) =>
    planOf(...prices.map((UnitPrice) => ({ UnitPrice }))).products[0]?.price;

  test('is the one that it was most often sold at', () => {
    expect(priceOf('4.50', '3.95', '4.50')).toBe(450);
  });

  test('is the lowest of equally frequent ones', () => {
    expect(priceOf('4.50', '3.95')).toBe(395);
  });

  test('does not come from lines that sold nothing, or sold for nothing', () => {
    const { products } = planOf(
      { UnitPrice: '9', Quantity: -1 },
      { UnitPrice: '9', Quantity: -1 },
      { UnitPrice: '0' },
      {},
    );

    expect(products).toEqual([{ sku: '10001', name: 'LANTERN', price: 450 }]);
  });

  test('holds for the lines without a price', () => {
    expect(planOf({ UnitPrice: '0' }, { InvoiceNo: '700002' }).orders[0]?.net).toBe(450);
  });
});

describe('a line is not ordered', () => {
  test.each<[string, Partial<FileLine>]>([
    ['cancellation', { InvoiceNo: 'C700001', Quantity: -1 }],
    ['no-customer', { CustomerID: '' }],
    ['invalid-customer', { CustomerID: 'customer 7' }],
    ['invalid-customer', { CustomerID: 'customer..7' }],
    ['not-a-product', { StockCode: 'POST' }],
    ['not-a-product', { StockCode: '1234' }],
    ['invalid-code', { StockCode: '10001 A' }],
    ['invalid-code', { StockCode: '10001A ' }],
    ['no-quantity', { Quantity: 0 }],
    ['no-quantity', { Quantity: -1 }],
    ['no-price', { UnitPrice: '0' }],
    ['no-price', { UnitPrice: '-4.50' }],
    ['no-price', { UnitPrice: '0.125' }],
    ['no-price', { UnitPrice: '1000000.00' }],
    ['unknown-country', { Country: 'Unspecified' }],
    ['not-a-checkout', { InvoiceNo: 'invoice 7' }],
    ['not-a-checkout', { Quantity: 1_000_001, UnitPrice: '0.01' }],
    ['not-a-checkout', { Quantity: 1_000, UnitPrice: '1000.00' }],
  ])('for the reason %s: %o', (reason, change) => {
    const plan = planOf({ ...change });

    expect(refusals(plan)).toEqual([[2, reason]]);
    expect(plan.orders).toEqual([]);
  });

  test('while the other lines of its invoice are', () => {
    const plan = planOf({ StockCode: 'POST' }, {});

    expect(refusals(plan)).toEqual([[2, 'not-a-product']]);
    expect(plan.orders[0]?.lines.map(({ line }) => line)).toEqual([3]);
  });

  test('when the invoice names several customers or countries: none of its lines is', () => {
    expect(refusals(planOf({}, { CustomerID: '90002' }))).toEqual([
      [2, 'mixed-invoice'],
      [3, 'mixed-invoice'],
    ]);
    expect(refusals(planOf({}, { Country: 'France' }))).toHaveLength(2);
  });

  test('when the invoice has more products than a checkout takes', () => {
    const products = Array.from({ length: 1_001 }, (_, index) => ({ StockCode: String(10_000 + index) }));

    expect(planOf(...products).refused).toHaveLength(1_001);
    expect(planOf(...products.slice(1)).orders[0]?.request.lines).toHaveLength(1_000);
  });
});

describe('what is loaded', () => {
  test('has the customers of all invoices that are no cancellations', () => {
    const { customers } = planOf(
      {},
      {},
      { CustomerID: '90002', StockCode: 'POST' },
      { CustomerID: '3', InvoiceNo: 'C1' },
    );

    expect(customers.map(({ customerId, email, country }) => [customerId, email, country])).toEqual([
      ['90001', 'customer-90001@shop.example', 'GB'],
      ['90002', 'customer-90002@shop.example', 'GB'],
    ]);
  });

  test('has every product with a price, also those that no order has', () => {
    const { products, stock } = planOf(
      { CustomerID: '', Description: '' },
      { StockCode: '10002', Quantity: 3 },
      { StockCode: 'M' },
    );

    expect(products.map(({ sku, name }) => [sku, name])).toEqual([
      ['10001', '10001'],
      ['10002', 'LANTERN'],
    ]);
    expect(stock).toEqual([{ sku: '10002', quantity: 3 }]);
  });
});

describe('whatever the file holds', () => {
  const anyLine = fc.record({
    InvoiceNo: fc.constantFrom('700001', '700002', 'C700003', 'not an id'),
    StockCode: fc.constantFrom('10001', '10001A', '10001a', '10002', 'POST', '10003 B'),
    Quantity: fc.integer({ min: -3, max: 400_000 }),
    UnitPrice: fc.constantFrom('0', '0.25', '1.10', '4.50', '0.125', '-1'),
    CustomerID: fc.constantFrom('90001', '90001', '90001', '90002', ''),
    Country: fc.constantFrom('United Kingdom', 'United Kingdom', 'France', 'Unspecified'),
  });
  const anyFile = fc.array(anyLine, { minLength: 1, maxLength: 40 }).map((changes) => fileOf(...changes));

  test('every line is in one order or is refused for one reason', () => {
    fc.assert(
      fc.property(anyFile, (lines) => {
        const { orders, refused } = planReplay(lines, prefix);
        const ordered = orders.flatMap((order) => order.lines.map(({ line }) => line));

        expect([...ordered, ...refused.map(({ line }) => line)].sort((a, b) => a - b)).toEqual(
          lines.map(({ line }) => line),
        );
      }),
    );
  });

  test('orders come to their lines at the prices of the products, and the stock to what they need', () => {
    fc.assert(
      fc.property(anyFile, (lines) => {
        const { orders, products, stock, customers } = planReplay(lines, prefix);
        const prices = new Map<string, number>(products.map(({ sku, price }) => [sku, price]));
        const known = new Set(customers.map(({ customerId }) => customerId));
        const needed = new Map<string, number>();
        for (const { request, lines: accepted, net } of orders) {
          expect(net).toBe(accepted.reduce((sum, line) => sum + line.Quantity * (prices.get(line.StockCode) ?? 0), 0));
          expect(net).toBe(request.lines.reduce((sum, line) => sum + line.quantity * (prices.get(line.sku) ?? 0), 0));
          expect(known).toContain(request.customerId);
          for (const { sku, quantity } of request.lines) needed.set(sku, (needed.get(sku) ?? 0) + quantity);
        }
        expect(new Map(stock.map(({ sku, quantity }) => [sku, quantity]))).toEqual(needed);
      }),
    );
  });
});
