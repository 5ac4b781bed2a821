import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { CsvError, type InfoRecord, parse } from 'csv-parse';
import { z } from 'zod';
import { instantSchema } from '../../contracts/identifiers.ts';

const text = z.string().trim();

const rowSchema = z.object({
  InvoiceNo: text.min(1, 'is empty'),
  /** As it stands: codes that differ in a blank may be two products. */
  StockCode: z.string().min(1, 'is empty'),
  Description: text,
  Quantity: text.regex(/^-?\d{1,9}$/, 'is no whole number of at most nine digits').transform(Number),
  InvoiceDate: text.pipe(instantSchema),
  /** Pounds, as a decimal. */
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

/** The file cannot be used as it is. Its message is one line that names the file, and the line and the field at fault. */
export class OrderFileError extends Error {
  override readonly name = 'OrderFileError';
}

/**
 * Reads a shop's order lines: CSV in UTF-8 with the columns InvoiceNo, StockCode, Description, Quantity, InvoiceDate
 * (ISO 8601 in UTC), UnitPrice (pounds), CustomerID and Country, in any order.
 *
 * @throws {OrderFileError} for the first thing that is wrong
 */
export async function readOrderFile(file: string): Promise<OrderFile> {
  const hash = createHash('sha256');
  const lines: FileLine[] = [];
  let header: readonly string[] | undefined;
  try {
    for await (const { record, info } of records(file, hash)) {
      if (!header) {
        header = record;
        checkHeader(header);
        continue;
      }
      // The parser counts to the end of a record; a description may go over several lines.
      const line = info.lines - record.join('').split('\n').length + 1;
      lines.push({ ...toRow(header, record, line), line });
    }
  } catch (error) {
    throw new OrderFileError(`${file}: ${explain(error)}`, { cause: error });
  }
  if (lines.length === 0) throw new OrderFileError(`${file}: the file has no order lines`);
  return { lines, hash: hash.digest('hex') };
}

interface ParsedRecord {
  readonly record: string[];
  readonly info: InfoRecord;
}

function records(file: string, hash: ReturnType<typeof createHash>): AsyncIterable<ParsedRecord> {
  const parser = parse({ info: true, relaxColumnCount: true, skipEmptyLines: true });
  // What goes wrong in the source reaches the reader through the parser.
  return pipeline(
    () => decoded(file, hash),
    parser,
    () => undefined,
  ) as AsyncIterable<ParsedRecord>;
}

async function* decoded(file: string, hash: ReturnType<typeof createHash>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    // The parser counts a line break of two characters inside quotes twice.
    yield decoder.decode(chunk, { stream: true }).replaceAll('\r', '');
  }
  yield decoder.decode();
}

function checkHeader(header: readonly string[]): void {
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length === 0 && header.length === columns.length) return;
  throw new OrderFileError(`line 1: the header is to be ${columns.join(',')}; it is ${header.join(',').slice(0, 200)}`);
}

function toRow(header: readonly string[], record: readonly string[], line: number): Row {
  if (record.length !== header.length) {
    throw new OrderFileError(`line ${line}: ${record.length} columns, where the header has ${header.length}`);
  }
  const result = rowSchema.safeParse(Object.fromEntries(header.map((column, index) => [column, record[index]])));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const column = String(issue?.path[0]);
  const value = JSON.stringify(record[header.indexOf(column)]);
  throw new OrderFileError(`line ${line}: ${column} ${value}: ${issue?.message}`);
}

function explain(error: unknown): string {
  if (error instanceof OrderFileError) return error.message;
  if (error instanceof CsvError) return `line ${error['lines']}: not valid CSV (${error.message})`;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'this is a folder; name a file';
  if (code === 'EACCES') return 'this user may not read the file';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'the file is not UTF-8; convert it, for example with iconv';
  return message;
}
