import { CsvError, type InfoRecord } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { FileFault } from '../../client/files/text-file.ts';

export interface CsvRecord {
  readonly fields: readonly string[];
  /** Where it begins, as an editor counts; a field in quotes may go over several lines. */
  readonly line: number;
}

/** What may stand between two fields. */
export const separators = [',', ';', '\t'] as const;
export type Separator = (typeof separators)[number];

/**
 * Reads CSV (RFC 4180); empty lines are left out.
 *
 * @param text with LF at the end of each line
 * @throws {FileFault} with the line at which a quote opens that is not closed, or closes too late
 */
export function parseCsv(text: string, separator: Separator): CsvRecord[] {
  let records: { record: string[]; info: InfoRecord }[];
  try {
    records = parse(text, {
      delimiter: separator,
      info: true,
      recordDelimiter: '\n',
      relaxColumnCount: true,
      skipEmptyLines: true,
    }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new FileFault(explainQuote(text, separator) ?? `line ${error['lines']}: not valid CSV (${error.message})`, {
      cause: error,
    });
  }
  const found = records.map(({ record, info }) => ({
    fields: record,
    // The parser counts to the end of a record.
    line: info.lines - record.join('').split('\n').length + 1,
  }));
  refuseSwallowedLines(found, separator);
  return found;
}

/** Where the first field is that breaks the rules of quotes, and how; the parser only tells where it noticed. */
function explainQuote(text: string, separator: Separator): string | undefined {
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const opens = line;
    if (text[at] === '"') {
      let end = at + 1;
      for (; text[end] !== '"' || text[end + 1] === '"'; end += text[end] === '"' ? 2 : 1) {
        if (end >= text.length) return `line ${opens}: not valid CSV: the quote that opens here is not closed`;
        if (text[end] === '\n') line++;
      }
      at = end + 1;
      if (at < text.length && text[at] !== separator && text[at] !== '\n') {
        const where = line === opens ? '' : ` in line ${line}`;
        return `line ${opens}: not valid CSV: text follows the quote that opens here and closes${where}; write a quote within a text twice`;
      }
    } else {
      while (at < text.length && text[at] !== separator && text[at] !== '\n') {
        if (text[at] === '"') {
          return `line ${line}: not valid CSV: a quote stands within a text; put the text in quotes, and write the quote twice`;
        }
        at++;
      }
    }
    if (text[at] === '\n') line++;
    at++;
  }
  return undefined;
}

/** Two quotes left open make one field of all lines between them, without breaking a rule of CSV. */
function refuseSwallowedLines(records: readonly CsvRecord[], separator: Separator): void {
  const columns = records[0]?.fields.length ?? 0;
  for (const { fields, line } of records) {
    const inner = fields.flatMap((field) => field.split('\n').slice(1, -1));
    if (columns > 1 && inner.some((each) => each.split(separator).length === columns)) {
      throw new FileFault(
        `line ${line}: not valid CSV: a quote that opens here closes lines later, with whole order lines in between`,
      );
    }
  }
}
