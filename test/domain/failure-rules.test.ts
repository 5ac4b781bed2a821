import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { quantitySchema } from '../../contracts/cart-lines.ts';
import { customerText, failureNamed, failureTypes, isAboutPayment, isFailureType } from '../../contracts/catalogue.ts';
import { ServiceFailure, transientDefect } from '../../contracts/failures.ts';
import { skuSchema } from '../../contracts/identifiers.ts';
import { refusals } from '../../contracts/refusals.ts';
import { parse } from '../../contracts/validation.ts';

describe('an input', () => {
  const schema = z.strictObject({ lines: z.array(z.strictObject({ sku: skuSchema, quantity: quantitySchema })) });
  const refusal = (input: unknown): ServiceFailure => {
    try {
      parse(schema, input);
    } catch (error) {
      return error as ServiceFailure;
    }
    throw new Error('it was taken');
  };

  test('that is valid is returned', () => {
    expect(parse(schema, { lines: [] })).toEqual({ lines: [] });
  });

  test.each<[string | undefined, RegExp, unknown]>([
    ['lines', /^lines: is required$/, {}],
    [
      'lines.1.quantity',
      /^lines\.1\.quantity: a quantity is at least 1$/,
      {
        lines: [
          { sku: 'a', quantity: 1 },
          { sku: 'a', quantity: 0 },
        ],
      },
    ],
    ['lines.0.price', /^lines\.0\.price: /, { lines: [{ sku: 'a', quantity: 1, price: 1, cost: 1 }] }],
    ['coupon', /^coupon: /, { lines: [], coupon: 1 }],
    [undefined, /^the request: is required$/, undefined],
    [undefined, /^the request: /, 'text'],
  ])('is refused by its field %s', (field, message, input) => {
    const failure = refusal(input);
    expect(failure).toMatchObject({ type: 'InvalidRequest', detail: { field } });
    expect(failure.message).toMatch(message);
  });
});

describe('what is missing', () => {
  const messageFor = (schema: z.ZodType, input: unknown) => {
    try {
      return parse(schema, input);
    } catch (error) {
      return (error as ServiceFailure).message;
    }
  };

  test('is required; what is there and wrong is not', () => {
    const name = z.object({ name: z.string().min(2) });
    expect(messageFor(name, {})).toBe('name: is required');
    expect(messageFor(name, { name: 7 })).toMatch(/^name: (?!is required)/);
    expect(messageFor(name, { name: 'x' })).toMatch(/^name: (?!is required)/);
  });

  test('is told with the choices where there are some', () => {
    expect(messageFor(z.object({ state: z.enum(['open', 'closed']) }), {})).toMatch(/^state: .*open.*closed/);
  });
});

describe('the catalogue of failures', () => {
  test('names the one failure that may pass for each status that has only one', () => {
    expect([429, 500, 503, 504].map((status) => transientDefect('httpStatus', status))).toEqual([
      'RateLimited',
      'Internal',
      'Unavailable',
      'DeadlineExceeded',
    ]);
    expect(transientDefect('grpcCode', 'ABORTED')).toBe('InProgress');
  });

  test('guesses nothing where several failures share a status, where it is final, and where there is none', () => {
    expect([409, 404, 422, 200].map((status) => transientDefect('httpStatus', status as never))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('has a text for the customer for every type, and for what it does not know that of a failure of ours', () => {
    const texts = new Map(Object.values(refusals).map(({ type, customer }) => [type as string, customer]));
    expect([...texts.keys()].map(customerText)).toEqual([...texts.values()]);
    expect(customerText('RateLimited')).not.toBe(customerText('Internal'));
    expect(['TypeError', 'toString', ''].map(customerText)).toEqual(Array(3).fill(customerText('Internal')));
  });

  test('finds a failure by its type, and says of which a payment came to nothing', () => {
    expect(failureNamed('OutOfStock')).toBe(refusals.OutOfStock);
    expect([failureNamed('toString'), failureNamed(7)]).toEqual([undefined, undefined]);
    expect(['CardDeclined', 'OutOfStock', 'Internal', 'toString'].map(isAboutPayment)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test('knows its types by their names alone', () => {
    expect(failureTypes.filter((type) => !isFailureType(type))).toEqual([]);
    expect(['outofstock', 'toString', '', 7, null, undefined, ['OutOfStock']].filter(isFailureType)).toEqual([]);
  });

  test('cuts what strangers have sent: a field, a fact', () => {
    const long = 'x'.repeat(5_000);
    const { detail } = new ServiceFailure('InvalidRequest', 'no', { field: long, facts: { sku: long, left: 2 } });
    expect(detail.field?.length).toBe(200);
    expect(String(detail.facts?.['sku']).length).toBe(500);
    expect(detail.facts?.['left']).toBe(2);
    expect(new ServiceFailure('InvalidRequest', 'no', { field: 'sku' }).detail).toStrictEqual({ field: 'sku' });
    expect(new ServiceFailure('InvalidRequest', 'no', { facts: { left: 2 } }).detail).toStrictEqual({
      facts: { left: 2 },
    });
  });

  test('makes errors that carry type, message, detail and cause', () => {
    const cause = new Error('below');
    const failure = new ServiceFailure(refusals.OutOfStock, 'none left', { field: 'lines.0' }, { cause });
    expect(failure).toMatchObject({ name: 'ServiceFailure', type: 'OutOfStock', detail: { field: 'lines.0' }, cause });
    expect(failure.message).toBe('none left');
    expect(new ServiceFailure(refusals.OutOfStock, 'none left').detail).toEqual({});
  });
});
