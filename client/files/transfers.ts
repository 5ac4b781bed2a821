import { createHash } from 'node:crypto';
import { parseMinorUnits } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { shorten } from '../../contracts/foreign-text.ts';
import { currencySchema } from '../../contracts/money.ts';
import { parse } from '../../contracts/validation.ts';
import { type Transfer, transferSchema } from '../../services/billing/payment-shapes.ts';
import { type BankEntry, FieldFault, type IgnoredEntries } from './bank-entry.ts';
import { readBankStatement } from './bank-statement.ts';
import { FileFault, fileName, readTextFile } from './text-file.ts';
import { readTransfersCsv } from './transfers-csv.ts';

/** A transfer, under the id that its account and its reference give it. */
export type IdentifiedTransfer = Transfer & { readonly paymentId: string };

export interface BankFile {
  readonly transfers: readonly IdentifiedTransfer[];
  /** What else a statement has; a CSV file has nothing else. */
  readonly ignored?: IgnoredEntries;
}

/**
 * Reads what came in at the bank: a statement by ISO 20022 (camt.053, booked credits alone), or a CSV file with the columns
 * `account, bankReference, currency, amount, receivedOn, payer, remittance`. All of it is read before any is used.
 *
 * @param file its path, or `-` for standard input
 * @throws {ServiceFailure} `InvalidRequest` for the first thing that is wrong, with the field, the file and the place
 */
export async function readTransfers(file: string): Promise<BankFile> {
  const name = fileName(file);
  try {
    const { text } = await readTextFile(file);
    const { entries, ...more } = /^\s*</.test(text) ? readBankStatement(text) : { entries: readTransfersCsv(text) };
    const transfers = entries.map((entry) => toTransfer(entry, name));
    requireDistinct(transfers, entries);
    return { transfers, ...more };
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    const { field, place } = error instanceof FieldFault ? error : { field: 'file', place: undefined };
    const where = [name, place].filter(Boolean).join(', ');
    throw new ServiceFailure('InvalidRequest', `${where}: ${error.message}`, { field }, { cause: error });
  }
}

function toTransfer({ place, amount, account, ...entry }: BankEntry, name: string): IdentifiedTransfer {
  try {
    const currency = parse(currencySchema, entry.currency);
    const minor = parseMinorUnits(amount, currency);
    if (minor === undefined) {
      const message = `amount: ${JSON.stringify(shorten(amount, 40))} is no amount in ${currency}, such as ${currency === 'JPY' ? '108' : '108.00'}`;
      throw new ServiceFailure('InvalidRequest', message, { field: 'amount' });
    }
    const transfer = parse(transferSchema, { ...entry, account: plainAccount(account), amount: minor });
    return { ...transfer, paymentId: paymentIdOf(transfer) };
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    const field = error.detail.field ?? 'currency';
    const message = error.detail.field ? error.message : error.message.replace(/^the request/, field);
    throw new ServiceFailure(
      'InvalidRequest',
      `${name}, ${place}: ${message}`,
      { ...error.detail, field },
      { cause: error },
    );
  }
}

/** An IBAN as machines write it: people set its letters apart. */
const plainAccount = (account: string): string =>
  /^[a-z]{2}\d\d[a-z\d ]{8,40}$/i.test(account.trim()) ? account.replaceAll(' ', '').toUpperCase() : account;

/** The same transfer has the same id in every file. */
function paymentIdOf({ account, bankReference }: Transfer): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([account, bankReference]))
    .digest('hex');
  return `transfer-${hash.slice(0, 40)}`;
}

/** Two transfers of a file under one reference would be one payment. */
function requireDistinct(transfers: readonly IdentifiedTransfer[], entries: readonly BankEntry[]): void {
  const places = new Map<string, string>();
  for (const [index, { paymentId, bankReference, account }] of transfers.entries()) {
    const place = entries[index]?.place ?? '';
    const before = places.get(paymentId);
    if (before) {
      const remedy = 'name each transfer once, by a reference of its own';
      throw new FieldFault(
        place,
        'bankReference',
        `${bankReference} of the account ${account} is that of ${before} too; ${remedy}`,
      );
    }
    places.set(paymentId, place);
  }
}
