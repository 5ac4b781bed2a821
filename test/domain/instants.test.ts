import { describe, expect, test } from '@jest/globals';
import { instantSchema } from '../../contracts/instants.ts';

describe('a time', () => {
  test.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z'],
    ['2026-01-31T12:00:00.123456789Z', '2026-01-31T12:00:00.123456789Z'],
    ['2026-01-31T12:00:00+00:00', '2026-01-31T12:00:00Z'],
    ['2026-01-31T12:00:00.5-00:00', '2026-01-31T12:00:00.5Z'],
    ['2026-01-31T12:00:00+01:30', '2026-01-31T10:30:00.000Z'],
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00Z'],
    ['2026-01-31t12:00:00.5-00:00', '2026-01-31T12:00:00.5Z'],
    ['2000-01-01T00:00:00Z', '2000-01-01T00:00:00Z'],
    ['2199-12-31T23:59:59.999Z', '2199-12-31T23:59:59.999Z'],
  ])('%s is read as %s', (text, read) => {
    expect(instantSchema.parse(text)).toBe(read);
  });

  test.each([
    '1999-12-31T23:59:59.999Z',
    '2000-01-01T00:30:00+01:00',
    '2200-01-01T00:00:00Z',
    '0020-02-29T00:00:00Z',
    '0050-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ])('%s is refused, and the range is named', (text) => {
    expect(instantSchema.safeParse(text).error?.issues[0]?.message).toBe(
      'a time lies from 2000-01-01T00:00:00Z on and before 2200-01-01T00:00:00Z',
    );
  });

  test.each([
    '2026-01-31',
    '2026-01-31 12:00:00Z',
    '2026-01-31T12:00:00',
    '2026-02-30T12:00:00Z',
    '2026-01-31T12:00:60Z',
    '+012026-01-31T12:00:00Z',
    '12/1/2010 8:26',
    `2026-01-31T12:00:00.${'1'.repeat(200)}Z`,
    'infinity',
    'now',
    '',
    7,
    null,
  ])('%p is refused', (text) => {
    expect(instantSchema.safeParse(text).error?.issues).toHaveLength(1);
  });
});
