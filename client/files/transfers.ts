import { createHash } from 'node:crypto';
import { DOMParser, type Element } from '@xmldom/xmldom';
import { parse as parseCsv } from 'csv-parse/sync';
import { parseMinorUnits } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { shorten } from '../../contracts/foreign-text.ts';
import { currencySchema } from '../../contracts/money.ts';
import { parse } from '../../contracts/validation.ts';
import { type Transfer, transferSchema } from '../../services/billing/payment-shapes.ts';
import { FileFault, fileName, readTextFile } from './text-file.ts';

/** A transfer, under the id that its account and its reference give it. */
export type IdentifiedTransfer = Transfer & { readonly paymentId: string };

/** What of an entry of a bank's file is read; all of it as text, until the schema has seen it. */
interface Entry {
  /** Where it stands, for people: `line 3`, `entry 2`. */
  readonly place: string;
  readonly account: string;
  readonly bankReference: string;
  readonly currency: string;
  readonly amount: string;
  readonly receivedOn: string;
  readonly payer: string;
  readonly remittance: string;
}

const columns = ['account', 'bankReference', 'currency', 'amount', 'receivedOn', 'payer', 'remittance'] as const;

/**
 * Reads what came in at the bank: a statement by ISO 20022 (camt.053, booked credits alone), or a CSV file with the columns
 * `account, bankReference, currency, amount, receivedOn, payer, remittance`. All of it is read before any is used.
 *
 * @param file its path, or `-` for standard input
 * @throws {ServiceFailure} `InvalidRequest` for the first thing that is wrong, with the field, the file and the place
 */
export async function readTransfers(file: string): Promise<IdentifiedTransfer[]> {
  const name = fileName(file);
  try {
    const { text } = await readTextFile(file);
    const entries = /^\s*</.test(text) ? readStatement(text) : readCsv(text);
    if (entries.length === 0) throw new FileFault('it has no transfer');
    return entries.map((entry) => toTransfer(entry, name));
  } catch (error) {
    if (error instanceof FileFault) throw refusal(`${name}: ${error.message}`, error);
    throw error;
  }
}

function toTransfer({ place, amount, ...entry }: Entry, name: string): IdentifiedTransfer {
  try {
    const currency = parse(currencySchema, entry.currency);
    const minor = parseMinorUnits(amount, currency);
    if (minor === undefined) throw refusal(`amount: ${shorten(amount, 40)} is no amount in ${currency}`);
    const transfer = parse(transferSchema, { ...entry, amount: minor });
    return { ...transfer, paymentId: paymentIdOf(transfer) };
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    throw new ServiceFailure('InvalidRequest', `${name}, ${place}: ${error.message}`, error.detail, { cause: error });
  }
}

/** The same transfer has the same id in every file. */
function paymentIdOf({ account, bankReference }: Transfer): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([account, bankReference]))
    .digest('hex');
  return `transfer-${hash.slice(0, 40)}`;
}

function readCsv(text: string): Entry[] {
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parseCsv(text, { columns: true, info: true, skip_empty_lines: true, trim: true }) as never;
  } catch (error) {
    throw new FileFault((error as Error).message, { cause: error });
  }
  const missing = columns.filter((column) => rows[0] && !(column in rows[0].record));
  if (missing.length > 0) throw new FileFault(`it has no column ${missing.join(', ')}`);
  return rows.map(({ record, info }) => {
    const values = Object.fromEntries(columns.map((column) => [column, record[column] ?? '']));
    return { place: `line ${info.lines}`, ...(values as Omit<Entry, 'place'>) };
  });
}

/** camt.053: `BkToCstmrStmt/Stmt/Ntry`, whose parts `NtryDtls/TxDtls` are transfers of their own. */
function readStatement(text: string): Entry[] {
  const document = parseXml(text);
  const statements = all(document, 'Stmt');
  if (statements.length === 0) throw new FileFault('it is no statement of a bank (camt.053): it has no Stmt');
  return statements.flatMap((statement) => {
    const account = textOf(statement, 'Acct', 'Id', 'IBAN') || textOf(statement, 'Acct', 'Id', 'Othr', 'Id');
    return children(statement, 'Ntry')
      .filter(isBookedCredit)
      .flatMap((entry, index) => entriesOf(entry, account, index));
  });
}

const isBookedCredit = (entry: Element): boolean =>
  textOf(entry, 'CdtDbtInd') === 'CRDT' &&
  textOf(entry, 'RvslInd') !== 'true' &&
  ['BOOK', ''].includes(textOf(entry, 'Sts', 'Cd') || textOf(entry, 'Sts'));

function entriesOf(entry: Element, account: string, index: number): Entry[] {
  const reference = textOf(entry, 'AcctSvcrRef') || textOf(entry, 'NtryRef');
  const receivedOn = textOf(entry, 'BookgDt', 'Dt') || textOf(entry, 'BookgDt', 'DtTm').slice(0, 10);
  const whole = child(entry, 'Amt');
  const parts = children(entry, 'NtryDtls').flatMap((details) => children(details, 'TxDtls'));
  const rows = parts.length > 1 ? parts : [parts[0] ?? entry];
  return rows.map((row, part) => {
    const amount = rows.length > 1 ? (child(row, 'Amt') ?? child(child(row, 'AmtDtls'), 'TxAmt', 'Amt')) : whole;
    const own = textOf(row, 'Refs', 'AcctSvcrRef') || textOf(row, 'Refs', 'TxId');
    return {
      place: `entry ${index + 1}${rows.length > 1 ? `, part ${part + 1}` : ''}`,
      account,
      bankReference: rows.length > 1 ? own || `${reference}/${part + 1}` : reference || own,
      currency: amount?.getAttribute('Ccy') ?? '',
      amount: amount?.textContent?.trim() ?? '',
      receivedOn,
      payer: textOf(row, 'RltdPties', 'Dbtr', 'Nm') || textOf(row, 'RltdPties', 'Dbtr', 'Pty', 'Nm'),
      remittance: remittanceOf(row) || remittanceOf(entry),
    };
  });
}

function remittanceOf(row: Element): string {
  const information = child(row, 'RmtInf');
  if (!information) return '';
  const texts = [...children(information, 'Ustrd'), ...all(information, 'Ref')];
  return texts.map((text) => text.textContent?.trim() ?? '').join(' ');
}

function parseXml(text: string) {
  try {
    const onError = (level: string, message: string) => {
      if (level !== 'warning') throw new FileFault(`it is cut off or damaged: ${message.split('\n')[0]}`);
    };
    return new DOMParser({ onError }).parseFromString(text, 'text/xml');
  } catch (error) {
    const { cause, message } = error as Error;
    // The parser wraps what its reader of errors throws.
    const fault = [error, cause].find((one) => one instanceof FileFault);
    throw fault ?? new FileFault(`it is no whole XML: ${message.split('\n')[0]}`, { cause: error });
  }
}

type Parent = { getElementsByTagNameNS(space: string, name: string): Iterable<Element> };

const all = (parent: Parent, name: string): Element[] => [...parent.getElementsByTagNameNS('*', name)];

const children = (parent: Element | undefined, name: string): Element[] =>
  Array.from(parent?.childNodes ?? []).filter((node): node is Element => (node as Element).localName === name);

const child = (parent: Element | undefined, ...path: readonly string[]): Element | undefined =>
  path.reduce<Element | undefined>((found, name) => children(found, name)[0], parent);

/** The text at the end of a path; empty where there is none. */
function textOf(parent: Element, ...path: readonly string[]): string {
  return child(parent, ...path)?.textContent?.trim() ?? '';
}

const refusal = (message: string, cause?: unknown) =>
  new ServiceFailure('InvalidRequest', message, {}, cause === undefined ? undefined : { cause });
