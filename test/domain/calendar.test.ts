import { describe, expect, test } from '@jest/globals';
import { addDays, dateSchema, dayOfMonth, laterOf, timeZoneSchema } from '../../contracts/calendar.ts';

describe('a date', () => {
  test.each(['2026-01-31', '2028-02-29', '2000-01-01', '2199-12-31'])('%s is one', (date) => {
    expect(dateSchema.parse(date)).toBe(date);
  });

  test.each(['2026-02-30', '2027-02-29', '2026-13-01', '2026-1-1', '31.01.2026', '', '2026-01-31T00:00:00Z'])(
    '%s is none',
    (text) => {
      expect(dateSchema.safeParse(text).error?.issues[0]?.message).toContain('a day of the calendar');
    },
  );

  test.each(['1999-12-31', '2200-01-01'])('%s lies beyond the range', (date) => {
    expect(dateSchema.safeParse(date).error?.issues[0]?.message).toContain('2000-01-01');
  });
});

test.each([
  ['2026-01-31', 30, '2026-03-02'],
  ['2026-12-31', 1, '2027-01-01'],
  ['2028-02-28', 1, '2028-02-29'],
  ['2026-03-01', -1, '2026-02-28'],
  // No clock is put forward between two dates.
  ['2026-03-28', 2, '2026-03-30'],
])('%s and %i days is %s', (date, days, expected) => {
  expect(addDays(date, days)).toBe(expected);
});

test.each([
  ['2026-01', 31, '2026-01-31'],
  ['2026-02', 31, '2026-02-28'],
  ['2028-02', 31, '2028-02-29'],
  ['2026-04', 31, '2026-04-30'],
  ['2026-12', 31, '2026-12-31'],
  ['2026-02', 1, '2026-02-01'],
])('in %s the day %i is %s', (month, day, expected) => {
  expect(dayOfMonth(month, day)).toBe(expected);
});

test('the later one of two dates', () => {
  expect(laterOf('2026-01-31', '2026-02-01')).toBe('2026-02-01');
  expect(laterOf('2026-02-01', '2026-01-31')).toBe('2026-02-01');
  // February, due on the last day, but issued on 5 March: there are fourteen days to pay it.
  expect(laterOf(dayOfMonth('2026-02', 31), addDays('2026-03-05', 14))).toBe('2026-03-19');
});

describe('a time zone', () => {
  test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Pacific/Kiritimati'])('%s is one', (name) => {
    expect(timeZoneSchema.parse(name)).toBe(name);
  });

  test.each(['Europe/Bonn', 'Berlin', '+01:00', "UTC'; drop table invoices"])('%s is none', (name) => {
    expect(timeZoneSchema.safeParse(name).success).toBe(false);
  });
});
