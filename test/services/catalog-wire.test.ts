import { type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { countries } from '../../contracts/countries.ts';
import { currencies } from '../../contracts/currency.ts';
import { largestAmount } from '../../contracts/money.ts';
import { fromMessage, methodOf, toMessage } from '../../platform/grpc/messages.ts';
import { catalogGrpcContract } from '../../services/catalog/grpc-contract.ts';
import { reviewsGrpcContract } from '../../services/reviews/grpc-contract.ts';

const identifier = fc.stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/);
const text = (maxLength: number, minLength = 0) =>
  fc.string({ unit: 'grapheme', minLength, maxLength: maxLength / 10 });
const amount = fc.integer({ min: 0, max: largestAmount });
const quantity = fc.integer({ min: 1, max: 1_000_000 });
const currency = fc.constantFrom(...currencies);
const optional = { requiredKeys: [] } satisfies fc.RecordConstraints<never>;
const oneOrMore = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 5 });

const products = oneOrMore(
  fc
    .record({
      product: fc.record({ sku: identifier, name: text(300, 1), description: text(2_000) }),
      prices: fc.dictionary(currency, fc.integer({ min: 1, max: largestAmount })),
      discount: fc.record(
        {
          quantityDiscount: fc.record({
            minimumQuantity: fc.integer({ min: 2, max: 2 ** 31 - 1 }),
            basisPoints: fc.integer({ min: 1, max: 9_999 }),
          }),
        },
        optional,
      ),
    })
    .map(({ product, prices, discount }) => ({ ...product, prices: { ...prices }, ...discount })),
);
const amounts = fc
  .record({ currency, goods: amount, shipping: fc.nat(5_000), tax: fc.nat(5_000), share: fc.nat(100) })
  .map(({ currency, goods, shipping, tax, share }) => {
    const net = Math.min(goods, largestAmount - 10_000);
    const discount = Math.floor((net * share) / 100);
    return { currency, goods: net, discount, shipping, tax, total: net - discount + shipping + tax };
  });
const submission = fc.record({
  reviewId: identifier,
  sku: identifier,
  customerId: identifier,
  rating: fc.integer({ min: 1, max: 5 }),
  text: text(5_000),
});
const review = fc
  .tuple(submission, fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }))
  .map(([submitted, time]) => ({ ...submitted, submittedAt: time.toISOString() }));

const contracts = { catalog: catalogGrpcContract, reviews: reviewsGrpcContract };
const values: [keyof typeof contracts, string, 'input' | 'output', fc.Arbitrary<object>][] = [
  [
    'catalog',
    'quote',
    'input',
    fc.record({
      lines: oneOrMore(fc.record({ sku: identifier, quantity })),
      currency,
      country: fc.constantFrom(...countries),
    }),
  ],
  [
    'catalog',
    'quote',
    'output',
    fc.record({
      lines: fc.array(fc.record({ sku: identifier, quantity, unitPrice: amount })),
      amounts,
      priceVersion: fc.string(),
    }),
  ],
  ['catalog', 'getProducts', 'input', fc.record({ skus: oneOrMore(identifier) })],
  ['catalog', 'getProducts', 'output', fc.record({ products })],
  [
    'catalog',
    'importProducts',
    'input',
    fc.record({ products, existing: fc.constantFrom('update', 'replace', 'keep') }),
  ],
  ['catalog', 'importProducts', 'output', fc.record({ imported: fc.nat(1_000) })],
  ['reviews', 'submitReview', 'input', submission],
  ['reviews', 'submitReview', 'output', review],
  ['reviews', 'listReviews', 'input', fc.record({ sku: identifier, limit: fc.integer({ min: 1, max: 1_000 }) })],
  [
    'reviews',
    'listReviews',
    'output',
    fc.record(
      {
        product: fc.record({ sku: identifier, name: text(300), description: text(2_000) }),
        reviews: fc.array(review),
        reviewCount: fc.nat(),
        averageRating: fc.integer({ min: 100, max: 500 }).map((hundredths) => hundredths / 100),
      },
      { requiredKeys: ['product', 'reviews', 'reviewCount'] },
    ),
  ],
  [
    'reviews',
    'listReviewsOfCustomer',
    'input',
    fc.record({ customerId: identifier, limit: fc.integer({ min: 1, max: 1_000 }) }),
  ],
  ['reviews', 'listReviewsOfCustomer', 'output', fc.record({ reviews: fc.array(review) })],
];

const partsOf = (contract: keyof typeof contracts, name: string, side: 'input' | 'output') => {
  const operations: Record<string, Record<'input' | 'output', z.ZodType>> = contracts[contract].operations;
  const schema = operations[name]?.[side];
  if (!schema) throw new Error(`${contract} has no operation ${name}`);
  return { schema, message: methodOf(contracts[contract].service, name)[side] };
};

describe.each(values)('%s %s: the %s', (contract, name, side, arbitrary) => {
  const { schema, message } = partsOf(contract, name, side);

  test('comes out of the wire as it went in', () => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        expect(schema.parse(value)).toEqual(value);
        const received = fromBinary(message, toBinary(message, toMessage(message, value)));
        expect(schema.parse(fromMessage(message, received))).toEqual(value);
      }),
    );
  });

  test('has the same fields in the schema and in the .proto file', () => {
    expect(fieldsOfMessage(message)).toEqual(fieldsOfSchema(z.toJSONSchema(schema, { unrepresentable: 'any' })));
  });
});

test('every operation is held against its messages', () => {
  const held = values.map(([contract, name, side]) => `${contract} ${name} ${side}`);
  const all = Object.entries(contracts).flatMap(([contract, { operations, service }]) => {
    expect(Object.keys(operations).sort()).toEqual(Object.keys(service.method).sort());
    return Object.keys(operations).flatMap((name) => [`${contract} ${name} input`, `${contract} ${name} output`]);
  });
  expect(held.sort()).toEqual(all.sort());
});

type Fields = { [name: string]: Fields | 'value' };

function fieldsOfMessage(message: DescMessage): Fields {
  return Object.fromEntries(
    message.fields.map((field) => [field.jsonName, field.message ? fieldsOfMessage(field.message) : 'value']),
  );
}

type JsonSchema = { properties?: Record<string, JsonSchema>; items?: JsonSchema };

function fieldsOfSchema(schema: object): Fields | 'value' {
  const { properties, items } = schema as JsonSchema;
  if (items) return fieldsOfSchema(items);
  if (!properties) return 'value';
  return Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, fieldsOfSchema(inner)]));
}
