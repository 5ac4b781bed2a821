import { z } from 'zod';

const form = /^\d{4}-\d{2}-\d{2}$/;
const rule = 'a date is a day of the calendar, such as 2026-01-31';

/** A day without time and zone: `2026-01-31`. From 2000 on and before 2200, as times are. */
export const dateSchema = z
  .string({ error: (issue) => (issue.input === undefined ? 'is required' : rule) })
  .regex(form, { error: rule, abort: true })
  .refine(isDay, { error: rule, abort: true })
  .refine((date) => date >= '2000-01-01' && date < '2200-01-01', 'a date lies from 2000-01-01 on and before 2200-01-01')
  .meta({ format: 'date', pattern: form.source });

/** A month: `2026-02`. From 2000 on and before 2200, as dates are. */
export const periodSchema = z
  .string({ error: (issue) => (issue.input === undefined ? 'is required' : 'a period is a month, such as 2026-02') })
  .regex(/^2[01]\d{2}-(?:0[1-9]|1[0-2])$/, 'a period is a month, such as 2026-02');

/** The first day of a month. */
export const firstDayOf = (period: string): string => `${period}-01`;

/** A time zone by its name in the IANA database: `Europe/Berlin`. */
export const timeZoneSchema = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9+_/-]*$/, { error: 'a time zone has a name such as Europe/Berlin', abort: true })
  .refine(isTimeZone, 'this time zone is not known; name one of the IANA database, such as Europe/Berlin');

const dayMilliseconds = 86_400_000;

/** @returns the date so many days later; earlier where they are below zero */
export function addDays(date: string, days: number): string {
  return dateOf(Date.parse(`${date}T00:00:00Z`) + days * dayMilliseconds);
}

/**
 * The day of a month; the last one where the month is shorter. 31 is the last day of every month.
 *
 * @param month `2026-02`
 * @param day 1 to 31
 */
export function dayOfMonth(month: string, day: number): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return `${month}-${String(Math.min(day, last)).padStart(2, '0')}`;
}

/** The later one of two dates. */
export const laterOf = (one: string, other: string): string => (one > other ? one : other);

const dateOf = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);

/** 2026-02-30 is none, though Date takes it for a day of March. */
function isDay(text: string): boolean {
  const milliseconds = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(milliseconds) && dateOf(milliseconds) === text;
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
