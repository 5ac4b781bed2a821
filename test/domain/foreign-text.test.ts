import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import { lengthOf, quote, shorten } from '../../contracts/foreign-text.ts';
import { currencySchema } from '../../contracts/money.ts';
import { atMost } from '../../contracts/texts.ts';
import { parse } from '../../contracts/validation.ts';

describe('a text of others', () => {
  test.each([
    ['short', 10, 'short'],
    ['exactly ten', 11, 'exactly ten'],
    ['one too many', 11, 'one too ma…'],
    ['😀😀😀', 3, '😀😀😀'],
    ['😀😀😀😀', 3, '😀😀…'],
    ['two\r\nlines', 20, 'two lines'],
    ['a\u0000b\u001bc', 20, 'a\u{FFFD}b\u{FFFD}c'],
    ['half \ud83d of one', 20, 'half \u{FFFD} of one'],
    ['evil\u202egpj.exe', 20, 'evil\u{FFFD}gpj.exe'],
  ])('%p in %d characters is %p', (text, characters, expected) => {
    expect(shorten(text, characters)).toBe(expected);
  });

  test('is never longer than it may be, and always well-formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 50 }), (text, characters) => {
        const short = shorten(text, characters);
        expect(lengthOf(short)).toBeLessThanOrEqual(characters);
        expect(short.isWellFormed()).toBe(true);
        expect(short).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
        expect(shorten(short, characters)).toBe(short);
      }),
    );
  });

  test('is quoted at a length that a message has room for', () => {
    expect(quote('x'.repeat(20_000))).toBe(`"${'x'.repeat(59)}…"`);
    expect([quote(7), quote(null), quote([1]), quote({ a: 1 }), quote(undefined)]).toEqual([
      '7',
      'null',
      'a list',
      'an object',
      'a value of type undefined',
    ]);
  });
});

describe('a failure', () => {
  const long = '😀'.repeat(20_000);

  test('has room for no text of any length, in its message and its details', () => {
    const { message, detail } = new ServiceFailure('NotFound', long, { field: long, facts: { sku: long, count: 7 } });
    expect([message, detail.field ?? '', String(detail.facts?.['sku'])].map(lengthOf)).toEqual([1_000, 200, 500]);
    expect(detail.facts?.['count']).toBe(7);
  });

  test('of a currency of any length quotes its beginning', () => {
    const refusal = (() => {
      try {
        return parse(currencySchema, 'X'.repeat(20_000));
      } catch (error) {
        return (error as ServiceFailure).message;
      }
    })();
    expect(refusal).toBe(`the request: unknown currency "${'X'.repeat(59)}…"; use one of USD, EUR, GBP, JPY`);
  });
});

describe('the length of a text', () => {
  const name = atMost(z.string().min(1), 5, 'a name has at most 5 characters');

  test.each([
    ['😀😀😀😀😀', true],
    ['😀😀😀😀😀😀', false],
    ['abcde', true],
    ['abcdef', false],
    ['', false],
  ])('of %p is counted in characters, as its document says', (text, isTaken) => {
    expect(name.safeParse(text).success).toBe(isTaken);
    expect(z.toJSONSchema(name)).toMatchObject({ type: 'string', minLength: 1, maxLength: 5 });
  });
});
