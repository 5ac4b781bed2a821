import { FieldFault } from './bank-entry.ts';
import { child, children, type Element, textOf } from './xml.ts';

/** An entry as the totals of a statement count it. */
export interface CountedEntry {
  readonly isCredit: boolean;
  readonly isBooked: boolean;
  readonly isReversal: boolean;
  /** As it is written. */
  readonly amount: string;
}

/** The most digits that the standard has after the point. */
const fractionDigits = 5;

/** A decimal as a whole number of its smallest unit; `undefined` where it is none. */
export function readDecimal(text: string): bigint | undefined {
  const match = /^(\d{1,18})(?:\.(\d{0,5}))?$/.exec(text);
  return match ? BigInt(`${match[1]}${(match[2] ?? '').padEnd(fractionDigits, '0')}`) : undefined;
}

/** A decimal for people: `108`, `108.5`. */
export function writeDecimal(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(fractionDigits + 1, '0');
  const fraction = digits.slice(-fractionDigits).replace(/0+$/, '').padEnd(2, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -fractionDigits)}.${fraction}`;
}

/**
 * Compares what a statement says of itself with its entries: its balances, and the summary of its transactions. A page of
 * several says nothing of its own entries, so it is not compared.
 *
 * @throws {FieldFault} when they differ: entries are missing, or were changed
 */
export function requireFittingTotals(statement: Element, entries: readonly CountedEntry[], place: string): void {
  const pages = child(statement, 'StmtPgntn');
  if (pages && (textOf(pages, 'PgNb') !== '1' || textOf(pages, 'LastPgInd') !== 'true')) return;
  for (const [name, isCounted] of [
    ['TtlNtries', () => true],
    ['TtlCdtNtries', ({ isCredit }: CountedEntry) => isCredit],
    ['TtlDbtNtries', ({ isCredit }: CountedEntry) => !isCredit],
  ] as const) {
    const summary = child(statement, 'TxsSummry', name);
    const counted = entries.filter(isCounted);
    // Banks differ in whether what is not booked yet is among the totals.
    const booked = counted.filter(({ isBooked }) => isBooked);
    if (summary) requireFittingSummary(summary, [counted, booked], place, `TxsSummry.${name}`);
  }
  requireFittingBalances(
    statement,
    entries.filter(({ isBooked }) => isBooked),
    place,
  );
}

function requireFittingSummary(
  summary: Element,
  candidates: readonly (readonly CountedEntry[])[],
  place: string,
  field: string,
): void {
  const number = textOf(summary, 'NbOfNtries');
  const sum = readDecimal(textOf(summary, 'Sum'));
  const fits = (entries: readonly CountedEntry[]) =>
    (number === '' || Number(number) === entries.length) && (sum === undefined || sum === sumOf(entries, () => true));
  if (candidates.some(fits)) return;
  const [entries = []] = candidates;
  const said = [number && `${number} entries`, sum !== undefined && writeDecimal(sum)].filter(Boolean).join(' of ');
  throw misfit(place, field, said, `${entries.length} of ${writeDecimal(sumOf(entries, () => true))}`);
}

function requireFittingBalances(statement: Element, entries: readonly CountedEntry[], place: string): void {
  const opening = balanceOf(statement, ['OPBD', 'PRCD']);
  const closing = balanceOf(statement, ['CLBD']);
  if (opening === undefined || closing === undefined) return;
  const moved = closing - opening;
  const changes = [
    sumOf(entries, ({ isCredit }) => isCredit),
    // Some banks write the sign of what a reversal takes back, not its own.
    sumOf(entries, ({ isCredit, isReversal }) => isCredit !== isReversal),
  ];
  if (changes.includes(moved)) return;
  throw misfit(place, 'Bal', `that its balance changes by ${writeDecimal(moved)}`, writeDecimal(changes[0] ?? 0n));
}

/** Credits less debits. */
const sumOf = (entries: readonly CountedEntry[], adds: (entry: CountedEntry) => boolean): bigint =>
  entries.reduce((sum, entry) => {
    const amount = readDecimal(entry.amount) ?? 0n;
    return adds(entry) ? sum + amount : sum - amount;
  }, 0n);

/** The one balance of these kinds; `undefined` where there is none, or several that the kind does not tell apart. */
function balanceOf(statement: Element, kinds: readonly string[]): bigint | undefined {
  const balances = children(statement, 'Bal').filter((balance) =>
    kinds.includes(textOf(balance, 'Tp', 'CdOrPrtry', 'Cd')),
  );
  const [balance] = balances;
  const amount = readDecimal(textOf(balance, 'Amt'));
  if (balances.length !== 1 || amount === undefined) return undefined;
  return textOf(balance, 'CdtDbtInd') === 'DBIT' ? -amount : amount;
}

const misfit = (place: string, field: string, said: string, found: string) =>
  new FieldFault(
    place,
    field,
    `the statement says ${said}, and its entries come to ${found}; export it once more, as entries are missing or were changed`,
  );
