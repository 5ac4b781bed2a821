import { DateTime, IANAZone } from 'luxon';
import { instantSchema } from '../../contracts/identifiers.ts';

/** The letters of a pattern and what Luxon calls them. */
const tokens: Readonly<Record<string, string>> = {
  YYYY: 'yyyy',
  YY: 'yy',
  MMMM: 'MMMM',
  MMM: 'MMM',
  MM: 'MM',
  M: 'M',
  DD: 'dd',
  D: 'd',
  HH: 'HH',
  H: 'H',
  hh: 'hh',
  h: 'h',
  mm: 'mm',
  m: 'm',
  ss: 'ss',
  s: 's',
  A: 'a',
};

export const dateFormatHelp =
  'YYYY YY, MMMM MMM MM M, DD D, HH H hh h, mm m, ss s, A (AM or PM); other letters in single quotes';

/** Reads the text of a date; `undefined` when it is none. The answer is ISO 8601 in UTC. */
export type DateReader = (text: string) => string | undefined;

/** A date that says itself which time it is: ISO 8601 with `Z` or an offset. */
export const readInstant: DateReader = (text) => instantSchema.safeParse(text).data;

/**
 * Compiles a pattern such as `M/D/YYYY h:mm`.
 *
 * @param zone in which the dates are; of a time that comes twice as clocks are set back the first one counts
 * @throws {RangeError} when it is no pattern, or the zone is unknown
 */
export function dateReader(pattern: string, zone = 'UTC'): DateReader {
  if (!IANAZone.isValidZone(zone))
    throw new RangeError(`there is no time zone ${zone}; name one such as Europe/London`);
  const parser = parserOf(pattern);
  const hasShortYear = !/yyyy/i.test(pattern);
  const known = new Map<string, string | undefined>();
  return (text) => {
    // Luxon takes four digits for a year of two as well.
    if (hasShortYear && /(?<!\d)\d{4}(?!\d)/.test(text)) return undefined;
    if (!known.has(text)) known.set(text, readDate(text, parser, zone));
    return known.get(text);
  };
}

/**
 * What is wrong with a date that is written in ISO 8601 or by the pattern, and yet is none; nothing for one that is written
 * otherwise.
 */
export function faultOfDate(text: string, pattern: string | undefined, zone = 'UTC'): string | undefined {
  const [issue] = instantSchema.safeParse(text).error?.issues ?? [];
  if (issue?.code === 'custom') return issue.message;
  if (pattern === undefined) return undefined;
  const { asWritten, first } = timesOf(text, parserOf(pattern), zone);
  if (!asWritten.isValid) return undefined;
  if (!first) return `the clocks of ${zone} skip this hour`;
  return instantSchema.safeParse(first.toUTC().toISO()).error?.issues[0]?.message;
}

const locale = 'en-US';

type Parser = ReturnType<typeof DateTime.buildFormatParser>;

const parserOf = (pattern: string): Parser => DateTime.buildFormatParser(toLuxon(pattern), { locale });

function readDate(text: string, parser: Parser, zone: string): string | undefined {
  const { first } = timesOf(text, parser, zone);
  return first && instantSchema.safeParse(first.toUTC().toISO()).data;
}

/** A date as it is written, and the first time that it is in the zone: none in an hour that the clocks skip. */
function timesOf(text: string, parser: Parser, zone: string) {
  const asWritten = DateTime.fromFormatParser(text, parser, { locale, zone: 'UTC' });
  const [first] = asWritten.setZone(zone, { keepLocalTime: true }).getPossibleOffsets();
  const exists = asWritten.isValid && first?.toFormat(sameMinute) === asWritten.toFormat(sameMinute);
  return { asWritten, first: exists ? first : undefined };
}

const sameMinute = 'yyyy-MM-dd HH:mm';

function toLuxon(pattern: string): string {
  const pieces: string[] = pattern.match(/'[^']*'|([A-Za-z])\1*|[^A-Za-z']|'/g) ?? [];
  const hasHalf = pieces.includes('A');
  const names = pieces.map((piece) => {
    if (!/^[A-Za-z']/.test(piece)) return piece;
    if (/^'[^']+'$/.test(piece) || piece === 'T') return piece === 'T' ? "'T'" : piece;
    // Programs use either case for days and years; there is nothing else that these letters could be.
    const name = /^[dy]+$/.test(piece) ? piece.toUpperCase() : piece;
    const token = Object.hasOwn(tokens, name) ? tokens[name] : undefined;
    if (token === undefined) throw new RangeError(`${piece} is no part of a date; use ${dateFormatHelp}`);
    return hasHalf ? token : token.replaceAll('h', 'H');
  });
  for (const [part, letter] of Object.entries({ year: 'y', month: 'M', day: 'd' })) {
    if (!names.some((name) => name.startsWith(letter)))
      throw new RangeError(`the pattern has no ${part}; use ${dateFormatHelp}`);
  }
  return names.join('');
}

const days = [
  'M/D/YYYY',
  'D/M/YYYY',
  'D.M.YYYY',
  'M-D-YYYY',
  'D-M-YYYY',
  'YYYY-M-D',
  'YYYY/M/D',
  'YYYYMMDD',
  'M/D/YY',
  'D/M/YY',
  'D.M.YY',
  'D MMM YYYY',
  'D-MMM-YYYY',
  'D-MMM-YY',
];
const times = ['', ' H:mm', ' H:mm:ss', ' h:mm A', ' h:mm:ss A', 'TH:mm', 'TH:mm:ss'];

/** The patterns that fit all of these dates, of those that are usual. */
export function fittingFormats(dates: Iterable<string>): string[] {
  const foreign = [...new Set(dates)].filter((date) => readInstant(date) === undefined);
  return days
    .flatMap((day) => times.map((time) => day + time))
    .filter((pattern) => {
      const read = dateReader(pattern);
      return foreign.every((date) => read(date) !== undefined);
    });
}
