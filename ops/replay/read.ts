import { z } from 'zod';
import { FileFault, findControlCharacter, readTextFile } from '../../client/files/text-file.ts';
import { shorten } from '../../contracts/foreign-text.ts';
import { type CsvRecord, parseCsv, type Separator, separators } from './csv.ts';
import { type DateReader, dateReader, faultOfDate, fittingFormats, readInstant } from './dates.ts';

const text = z.string().trim();

const rowSchema = z.object({
  InvoiceNo: text.min(1, 'is empty'),
  /** As it stands: codes that differ in a blank may be two products. */
  StockCode: z.string().min(1, 'is empty'),
  Description: text,
  Quantity: text.regex(/^-?\d{1,9}$/, 'is no whole number of at most nine digits').transform(Number),
  /** ISO 8601 in UTC. */
  InvoiceDate: text.min(1, 'is empty'),
  /** Pounds, as a decimal with a point. */
  UnitPrice: text.regex(/^-?\d+(\.\d+)?$/, 'is no number of pounds, such as 2.55'),
  CustomerID: text,
  Country: text.min(1, 'is empty'),
});

type Row = z.infer<typeof rowSchema>;

const columns = Object.keys(rowSchema.shape) as (keyof Row)[];

/** One line of the file, with the number that an editor shows for it. */
export interface FileLine extends Row {
  readonly line: number;
}

export interface OrderFile {
  readonly lines: readonly FileLine[];
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly hash: string;
}

/** How a file is written where it is not as the documentation says. Nothing of it is guessed. */
export interface FileForm {
  /** A pattern of `dateReader`; dates in ISO 8601 are read in any case. */
  readonly dateFormat?: string;
  /** The time zone of dates that are written by the pattern. @default UTC */
  readonly timeZone?: string;
  /** @default . */
  readonly decimalSeparator?: '.' | ',';
  /** What stands between two fields. @default , */
  readonly separator?: Separator;
}

/** The file cannot be used as it is. Its message is one line that names the file, and the line and the field at fault. */
export class OrderFileError extends Error {
  override readonly name = 'OrderFileError';
}

/**
 * Reads a shop's order lines: CSV in UTF-8 with the columns InvoiceNo, StockCode, Description, Quantity, InvoiceDate
 * (ISO 8601 in UTC), UnitPrice (pounds), CustomerID and Country, in any order. Lines end with LF, CRLF or CR.
 *
 * @throws {OrderFileError} for the first thing that is wrong
 */
export async function readOrderFile(file: string, form: FileForm = {}): Promise<OrderFile> {
  try {
    const { text: content, hash } = await readTextFile(file);
    const [header, ...records] = parseCsv(content, form.separator ?? ',');
    if (header) checkHeader(header, form.separator ?? ',');
    if (!header || records.length === 0) throw new FileFault('the file has no order lines');
    const read = rowReader(header.fields, records, form);
    return { lines: records.map(read), hash };
  } catch (error) {
    if (error instanceof FileFault) throw new OrderFileError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

function checkHeader({ fields, line }: CsvRecord, separator: Separator): void {
  const missing = columns.filter((column) => !fields.includes(column));
  if (missing.length === 0 && fields.length === columns.length) return;
  const other = separators.find(
    (each) => each !== separator && columns.every((column) => fields.join(separator).split(each).includes(column)),
  );
  const hint = other ? `; it is separated otherwise, which --separator '${other === '\t' ? 'tab' : other}' reads` : '';
  throw new FileFault(
    `line ${line}: the header is to be ${columns.join(',')}; it is ${shorten(fields.join(separator), 200)}${hint}`,
  );
}

function rowReader(
  header: readonly string[],
  records: readonly CsvRecord[],
  { dateFormat, timeZone, decimalSeparator = '.' }: FileForm,
): (record: CsvRecord) => FileLine {
  const valuesOf = (column: keyof Row) => records.map(({ fields }) => (fields[header.indexOf(column)] ?? '').trim());
  const readForeign: DateReader = dateFormat === undefined ? () => undefined : dateReader(dateFormat, timeZone);
  const readDate: DateReader = (date) => readInstant(date) ?? readForeign(date);
  return ({ fields, line }) => {
    if (fields.length !== header.length) {
      throw new FileFault(`line ${line}: ${fields.length} columns, where the header has ${header.length}`);
    }
    const row = Object.fromEntries(header.map((column, index) => [column, fields[index] ?? ''])) as Record<
      keyof Row,
      string
    >;
    const refuse = (column: keyof Row, why: string) =>
      new FileFault(`line ${line}: ${column} ${JSON.stringify(shorten(row[column], 100))}: ${why}`);
    for (const column of columns) {
      const control = findControlCharacter(row[column]);
      if (control) throw refuse(column, `the control character ${control} is in it; take it out`);
    }
    const date = readDate(row.InvoiceDate.trim());
    if (row.InvoiceDate.trim() !== '' && date === undefined) {
      const fault = faultOfDate(row.InvoiceDate.trim(), dateFormat, timeZone);
      throw refuse('InvoiceDate', fault ?? explainDate(dateFormat, valuesOf('InvoiceDate')));
    }
    const price = plainPrice(row.UnitPrice.trim(), decimalSeparator);
    if (price === undefined) throw refuse('UnitPrice', explainPrice(decimalSeparator, valuesOf('UnitPrice')));
    const result = rowSchema.safeParse({ ...row, InvoiceDate: date ?? '', UnitPrice: price });
    if (result.success) return { ...result.data, line };
    const [issue] = result.error.issues;
    throw refuse(issue?.path[0] as keyof Row, issue?.message ?? 'is not valid');
  };
}

function explainDate(dateFormat: string | undefined, dates: readonly string[]): string {
  const expected =
    dateFormat === undefined
      ? 'a time is ISO 8601 in UTC, such as 2026-01-31T12:00:00Z'
      : `a time is written ${dateFormat}, or in ISO 8601`;
  const fitting = fittingFormats(dates);
  const named = fitting.map((pattern) => `'${pattern}'`);
  if (fitting.length === 0) return expected;
  if (fitting.length === 1) return `${expected}; --date-format ${named[0]} fits all dates of the file`;
  return `${expected}; several formats fit all dates of the file: --date-format ${named.join(' or ')}; choose the one that it was written in`;
}

const priceForms = { '.': /^-?\d+(\.\d+)?$/, ',': /^-?\d+(,\d+)?$/ } as const;

/** With a point; `undefined` when it is not written with this separator. */
function plainPrice(price: string, decimalSeparator: '.' | ','): string | undefined {
  return priceForms[decimalSeparator].test(price) ? price.replace(',', '.') : undefined;
}

function explainPrice(decimalSeparator: '.' | ',', prices: readonly string[]): string {
  const other = decimalSeparator === '.' ? ',' : '.';
  const expected = `is no number of pounds, such as 2${decimalSeparator}55`;
  return prices.every((price) => priceForms[other].test(price))
    ? `${expected}; --decimal-separator '${other}' fits all prices of the file`
    : expected;
}
