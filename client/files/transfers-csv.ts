import { parse as parseCsv } from 'csv-parse/sync';
import type { BankEntry } from './bank-entry.ts';
import { FileFault } from './text-file.ts';

const columns = ['account', 'bankReference', 'currency', 'amount', 'receivedOn', 'payer', 'remittance'] as const;

/**
 * Reads a CSV file of transfers. A comma, a semicolon or a tabulator stands between its fields, as its first line has it; an
 * amount may have a decimal comma.
 *
 * @param text with LF at the end of each line
 * @throws {FileFault} when a column is missing, a line is damaged, or the file may be cut off
 */
export function readTransfersCsv(text: string): BankEntry[] {
  const [head = ''] = text.split('\n', 1);
  const separator = [',', ';', '\t'].find((each) => columns.every((column) => split(head, each).includes(column)));
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parseCsv(text, {
      ...{ columns: true, info: true, skip_empty_lines: true, trim: true, delimiter: separator ?? ',' },
    }) as never;
  } catch (error) {
    throw new FileFault((error as Error).message, { cause: error });
  }
  const missing = columns.filter((column) => rows[0] && !(column in rows[0].record));
  if (missing.length > 0) throw new FileFault(`it has no column ${missing.join(', ')}`);
  if (rows.length === 0) throw new FileFault('it has no transfer');
  if (!text.endsWith('\n')) {
    // A number that has lost its last digit is that of another invoice.
    const last = text.split('\n').length;
    throw new FileFault(
      `line ${last}: the file may be cut off here; end its last line with a line break if it is whole`,
    );
  }
  return rows.map(({ record, info }) => {
    const values = Object.fromEntries(columns.map((column) => [column, record[column] ?? '']));
    const { amount, ...entry } = values as Omit<BankEntry, 'place'>;
    return { place: `line ${info.lines}`, ...entry, amount: amount.replace(/^(\d+),(\d{1,2})$/, '$1.$2') };
  });
}

const split = (head: string, separator: string): string[] =>
  head.split(separator).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
