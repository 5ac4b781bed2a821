import { unofficialCode } from './countries.ts';
import type { FileLine } from './read.ts';

/** What is odd about a file and was taken as it stands. */
export interface Warning {
  readonly kind:
    | 'invoice-on-several-dates'
    | 'id-written-in-several-ways'
    | 'id-written-as-decimal'
    | 'country-read-as'
    | 'other-price';
  readonly message: string;
  /** The lines of the file that it is about. */
  readonly lines: readonly number[];
}

const day = 86_400_000;
const shown = 5;

/** What a person should know about a file that can be used; each kind comes once for each thing that it is about. */
export function warningsAbout(lines: readonly FileLine[]): Warning[] {
  return [...invoicesOnSeveralDates(lines), ...idsFromSpreadsheets(lines), ...unofficialCountries(lines)];
}

/** Numbers of invoices begin again after years: two invoices would become one order. */
function invoicesOnSeveralDates(lines: readonly FileLine[]): Warning[] {
  return [...Map.groupBy(lines, ({ InvoiceNo }) => InvoiceNo)].flatMap(([invoice, its]) => {
    const dates = its.map(({ InvoiceDate }) => InvoiceDate).sort((a, b) => Date.parse(a) - Date.parse(b));
    const [first = '', last = ''] = [dates[0], dates.at(-1)];
    if (Date.parse(last) - Date.parse(first) <= day) return [];
    const message = `the lines of invoice ${invoice} are dated from ${first} to ${last} and became one order; number two invoices differently`;
    return [{ kind: 'invoice-on-several-dates' as const, message, lines: its.map(({ line }) => line) }];
  });
}

/** A spreadsheet makes numbers of ids: 17850 becomes 17850.0 or 1.785E4, and 0123 becomes 123. */
function idsFromSpreadsheets(lines: readonly FileLine[]): Warning[] {
  return (['InvoiceNo', 'StockCode', 'CustomerID'] as const).flatMap((column) => {
    const numbers = lines.filter((line) => numberOf(line[column]) !== undefined);
    const severalWays = [...Map.groupBy(numbers, (line) => numberOf(line[column])).values()]
      .map((its) => ({ ids: [...new Set(its.map((line) => line[column]))], lines: its.map(({ line }) => line) }))
      .filter(({ ids }) => ids.length > 1);
    const known = new Set(severalWays.flatMap(({ ids }) => ids));
    const decimals = numbers.filter((line) => !/^\d+$/.test(line[column]) && !known.has(line[column]));
    const warnings: Warning[] = severalWays.map(({ ids, lines: its }) => ({
      kind: 'id-written-in-several-ways',
      message: `${column} ${ids.join(' and ')} are the same number, and were taken for ${ids.length} different ones`,
      lines: its,
    }));
    const [example] = decimals;
    if (!example) return warnings;
    const message = `${column} ${some(decimals.map((line) => line[column]))}: a number of a spreadsheet, taken as it stands`;
    return [...warnings, { kind: 'id-written-as-decimal', message, lines: decimals.map(({ line }) => line) }];
  });
}

/** What a text is as a number, in one form for all; `undefined` when it is no whole number. */
function numberOf(id: string): string | undefined {
  const plain = /^0*(\d+?)(?:\.0*)?$/.exec(id)?.[1];
  if (plain) return plain;
  const value = /^\d+(\.\d+)?e\+?\d{1,2}$/i.test(id) ? Number(id) : Number.NaN;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

function unofficialCountries(lines: readonly FileLine[]): Warning[] {
  const named = lines.filter(({ Country }) => unofficialCode(Country) !== undefined);
  return [...Map.groupBy(named, ({ Country }) => Country)].map(([country, its]) => ({
    kind: 'country-read-as',
    message: `the country ${country} is no code of ISO 3166-1 and was read as ${unofficialCode(country)}`,
    lines: its.map(({ line }) => line),
  }));
}

/** The first of some names, each once. */
export function some(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  return `${distinct.slice(0, shown).join(', ')}${distinct.length > shown ? ', …' : ''}`;
}
