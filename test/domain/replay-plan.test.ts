import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { prepareLoad } from '../../ops/replay/load.ts';
import { otherPrices } from '../../ops/replay/other-prices.ts';
import { type Plan, planReplay } from '../../ops/replay/plan.ts';
import type { FileLine } from '../../ops/replay/read.ts';
import { productSchema } from '../../services/catalog/contract.ts';
import { fileOf } from './replay-file.ts';

const prefix = 'replay-test-';

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

describe('a product at the price 0', () => {
  const gift = { StockCode: '10009', UnitPrice: '0.00' };

  test('is free of charge when customers never paid for it', () => {
    const { orders, products, refused } = planOf({ ...gift, Quantity: 2 }, {});

    expect(refused).toEqual([]);
    expect(products.map(({ sku, price }) => [sku, price])).toEqual([
      ['10009', 0],
      ['10001', 450],
    ]);
    expect(orders).toMatchObject([{ net: 450, request: { lines: [{ sku: '10001' }, { sku: '10009', quantity: 2 }] } }]);
  });

  test('has no price when no customer got it', () => {
    const plan = planOf({ ...gift, CustomerID: '' }, { ...gift, InvoiceNo: '700002', Quantity: -1 });

    expect(plan.products).toEqual([]);
    expect(refusals(plan)).toEqual([
      [2, 'no-customer'],
      [3, 'no-quantity'],
    ]);
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
    ['no-price', { UnitPrice: '-4.50' }],
    ['no-price', { UnitPrice: '0.125' }],
    ['no-price', { UnitPrice: '1000000.00' }],
    ['unknown-country', { Country: 'Unspecified' }],
    ['unknown-country', { Country: 'ZZ' }],
    ['unknown-country', { Country: 'gb' }],
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
    expect(refusals(planOf({}, { Country: 'GB' }, { Country: 'UK' }))).toEqual([]);
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

describe('the name of a product', () => {
  const nameOf = (Description: string) => planOf({ Description }).products[0]?.name;

  test.each([
    ['an emoji', '🏠'],
    ['a letter with its accent', 'e\u0301'],
    ['a family', '👨‍👩‍👧'],
    ['a flag', '🇬🇧'],
  ])('is cut before %s that would not fit whole', (_, character) => {
    const fits = 'A'.repeat(300 - [...character].length);
    expect(nameOf(`${fits}${character}${character}`)).toBe(`${fits}${character}`);
    expect(nameOf(`${fits}A${character}`)).toBe(`${fits}A`);
  });

  test('is cut between code points where one character is longer than a name', () => {
    expect(nameOf(`e${'\u0301'.repeat(500)}`)).toHaveLength(300);
    expect(nameOf(`👨${'\u200d👨'.repeat(200)}`)?.isWellFormed()).toBe(true);
  });
});

describe('what is loaded of any plan', () => {
  test('is taken by the services: a customer has an address also with the longest id', () => {
    const CustomerID = 'c'.repeat(64);
    const { customers, products, receipts } = prepareLoad(planOf({ CustomerID, Description: '🏠'.repeat(400) }), 'r');

    expect(customers[0]).toMatchObject({ existing: 'keep', customers: [{ email: `${CustomerID}@shop.example` }] });
    expect(products[0]).toMatchObject({ existing: 'keep', products: [{ sku: '10001' }] });
    expect(receipts).toEqual([{ receiptId: 'r-1', lines: [{ sku: '10001', quantity: 1 }] }]);
  });

  test('goes in batches that a service takes', () => {
    const many = Array.from({ length: 5_001 }, (_, index) => ({
      InvoiceNo: String(700_000 + index),
      StockCode: String(10_000 + index),
      CustomerID: String(90_000 + index),
    }));
    const { customers, products, receipts } = prepareLoad(planOf(...many), 'r');

    expect(customers.map((call) => call.customers.length)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1]);
    expect(products.map((call) => call.products.length)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1]);
    expect(receipts.map(({ receiptId, lines }) => [receiptId, lines.length])).toEqual([
      ['r-1', 5_000],
      ['r-2', 1],
    ]);
  });

  test('is refused before the first call where a service would refuse it', () => {
    const plan = planOf({});
    const customers = [{ ...plan.customers[0], email: 'no-address' }] as Plan['customers'];
    expect(() => prepareLoad({ ...plan, customers }, 'r')).toThrow('customers.0.email: a mail address has');
  });
});

describe('a warning', () => {
  const warnings = (...changes: readonly Partial<FileLine>[]) =>
    planOf(...changes).warnings.map(({ kind, message, lines }) => [kind, message, lines]);

  test('is not given for a usual file', () => {
    expect(
      warnings({}, { InvoiceDate: '2026-03-03T07:59:00Z' }, { InvoiceNo: 'C700001', StockCode: '10001A' }),
    ).toEqual([]);
  });

  test('names an invoice that is on two dates', () => {
    expect(warnings({ InvoiceDate: '2028-03-02T08:00:00Z' }, {}, { InvoiceNo: '700002' })).toEqual([
      [
        'invoice-on-several-dates',
        expect.stringContaining('700001 are dated from 2026-03-02T08:00:00Z to 2028-03-02T08:00:00Z'),
        [2, 3],
      ],
    ]);
  });

  test('names ids that are the same number', () => {
    const ids = ['17850.0', '17850', '017850', '1.785E4', '17851'];
    expect(warnings(...ids.map((CustomerID, index) => ({ InvoiceNo: `70000${index}`, CustomerID })))).toEqual([
      [
        'id-written-in-several-ways',
        'CustomerID 17850.0 and 17850 and 017850 and 1.785E4 are the same number, and were taken for 4 different ones',
        [2, 3, 4, 5],
      ],
    ]);
  });

  test('names ids that a spreadsheet made decimals of', () => {
    expect(warnings({ StockCode: '10009.0' }, { CustomerID: '90001.0' }, { InvoiceNo: '536365.0' })).toEqual([
      ['id-written-as-decimal', expect.stringContaining('InvoiceNo 536365.0'), [4]],
      ['id-written-as-decimal', expect.stringContaining('StockCode 10009.0'), [2]],
      ['id-written-in-several-ways', expect.stringContaining('CustomerID 90001 and 90001.0'), [2, 3, 4]],
    ]);
  });

  test('names a country that is read as another code', () => {
    const plan = planOf(
      { Country: 'UK' },
      { InvoiceNo: '700002', Country: 'EL' },
      { InvoiceNo: '700003', Country: 'EIRE' },
    );
    expect(plan.orders.map(({ request }) => request.country)).toEqual(['GB', 'GR', 'IE']);
    expect(plan.warnings).toEqual([
      { kind: 'country-read-as', message: expect.stringContaining('UK'), lines: [2] },
      { kind: 'country-read-as', message: expect.stringContaining('read as GR'), lines: [3] },
    ]);
  });

  test('names products that the shop sells otherwise', () => {
    const plan = planOf({ Quantity: 10 }, { StockCode: '10002', Quantity: 3 }, { StockCode: '10003' });
    const shop = [
      { sku: '10001', prices: { GBP: 450 }, quantityDiscount: { minimumQuantity: 10, basisPoints: 500 } },
      { sku: '10002', prices: { GBP: 450, USD: 1 }, quantityDiscount: { minimumQuantity: 4, basisPoints: 500 } },
      { sku: '10003', prices: { GBP: 400 } },
    ].map((product) => productSchema.parse({ ...product, name: 'LANTERN' }));
    expect(otherPrices({ ...plan, currency: 'GBP' }, shop)).toEqual([
      { kind: 'other-price', message: expect.stringContaining('2 products'), lines: [2, 4] },
    ]);
    expect(otherPrices({ ...plan, currency: 'GBP' }, shop.slice(1, 2))).toEqual([]);
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
