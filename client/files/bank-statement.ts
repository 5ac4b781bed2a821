import { type BankEntry, FieldFault, type IgnoredEntries } from './bank-entry.ts';
import { type CountedEntry, readDecimal, requireFittingTotals, writeDecimal } from './statement-totals.ts';
import { FileFault } from './text-file.ts';
import { all, child, children, type Document, type Element, parseXml, textOf } from './xml.ts';

/** What a bank writes where it has no reference. */
const noReference = /^(?:NOT ?PROVIDED|NONREF|NOREF|NONE)$/i;

interface ReadEntry extends CountedEntry {
  readonly transfers: readonly BankEntry[];
  /** Debits among the parts of a credit. */
  readonly debits: number;
}

/**
 * Reads a bank's statement by ISO 20022, camt.053 in any of its versions: the credits that are booked and reverse nothing.
 * The parts of a collected entry are transfers of their own. A file has any number of statements.
 *
 * @throws {FileFault} for what is no statement, or one that contradicts itself
 */
export function readBankStatement(text: string): { entries: BankEntry[]; ignored: IgnoredEntries } {
  const document = parseXml(text);
  const statements = all(document, 'BkToCstmrStmt').flatMap((message) => children(message, 'Stmt'));
  if (statements.length === 0) throw new FileFault(`it is no statement of a bank (camt.053)${hintOf(document)}`);
  const read = statements.flatMap((statement, index) => {
    const place = statements.length > 1 ? `statement ${index + 1}` : 'the statement';
    const account = textOf(statement, 'Acct', 'Id', 'IBAN') || textOf(statement, 'Acct', 'Id', 'Othr', 'Id');
    const entries = children(statement, 'Ntry').map((entry, position) =>
      readEntry(entry, account, `${statements.length > 1 ? `${place}, ` : ''}entry ${position + 1}`),
    );
    requireFittingTotals(statement, entries, place);
    return entries;
  });
  const booked = read.filter(({ isBooked }) => isBooked);
  return {
    entries: read.flatMap(({ transfers }) => transfers),
    ignored: {
      debits:
        booked.filter(({ isCredit, isReversal }) => !isCredit && !isReversal).length +
        booked.reduce((sum, { debits }) => sum + debits, 0),
      reversals: booked.filter(({ isReversal }) => isReversal).length,
      pending: read.length - booked.length,
    },
  };
}

/** What else the standard has, and people mix up with it. */
function hintOf(document: Document): string {
  const [, other] = /(camt\.05[24])\./.exec(document.documentElement?.namespaceURI ?? '') ?? [];
  return other ? `: it is ${other}; have the bank export its statements as camt.053` : '';
}

function readEntry(entry: Element, account: string, place: string): ReadEntry {
  const direction = textOf(entry, 'CdtDbtInd');
  if (!['CRDT', 'DBIT'].includes(direction)) {
    throw new FieldFault(
      place,
      'CdtDbtInd',
      `it is CRDT or DBIT, not ${JSON.stringify(direction)}; export the file once more`,
    );
  }
  const counted = {
    isCredit: direction === 'CRDT',
    isBooked: ['BOOK', ''].includes(textOf(entry, 'Sts', 'Cd') || textOf(entry, 'Sts')),
    isReversal: ['true', '1'].includes(textOf(entry, 'RvslInd')),
    amount: textOf(entry, 'Amt'),
  };
  if (!counted.isCredit || !counted.isBooked || counted.isReversal) return { ...counted, transfers: [], debits: 0 };
  const parts = children(entry, 'NtryDtls').flatMap((details) => children(details, 'TxDtls'));
  const common = {
    account,
    receivedOn: dayOf(entry, 'BookgDt') || dayOf(entry, 'ValDt'),
  };
  if (parts.length > 1) return { ...counted, ...readParts(entry, parts, place, common) };
  const transfer = {
    ...common,
    place,
    bankReference: given(referenceOf(entry, common.receivedOn) || ownReference(parts[0]), place),
    ...moneyOf(child(entry, 'Amt')),
    ...writtenBy(parts[0] ?? entry, entry),
  };
  return { ...counted, transfers: [transfer], debits: 0 };
}

/** The parts of a collected entry. A debit among them is money that went out. */
function readParts(
  entry: Element,
  parts: readonly Element[],
  place: string,
  common: Pick<BankEntry, 'account' | 'receivedOn'>,
): Pick<ReadEntry, 'transfers' | 'debits'> {
  const whole = moneyOf(child(entry, 'Amt'));
  const reference = referenceOf(entry, common.receivedOn);
  const own = parts.map(ownReference);
  const namesakes = Map.groupBy(own, (each) => each);
  const transfers: BankEntry[] = [];
  let sum = 0n;
  for (const [index, part] of parts.entries()) {
    const where = `${place}, part ${index + 1}`;
    const money = moneyOf(child(part, 'Amt') ?? child(part, 'AmtDtls', 'TxAmt', 'Amt'));
    const amount = readDecimal(money.amount);
    if (amount === undefined) {
      const remedy = 'have the bank name the amounts of collected transfers, or take them in by a CSV file';
      throw new FieldFault(where, 'amount', `the part has no amount of its own; ${remedy}`);
    }
    if (money.currency !== whole.currency) {
      throw new FieldFault(
        where,
        'currency',
        `it is ${money.currency}, and that of its entry ${whole.currency}; export the file once more`,
      );
    }
    const isDebit = textOf(part, 'CdtDbtInd') === 'DBIT';
    sum += isDebit ? -amount : amount;
    if (isDebit) continue;
    // Many banks repeat the reference of the entry, or one for all, at each part.
    const isItsOwn = own[index] !== reference && namesakes.get(own[index] ?? '')?.length === 1;
    transfers.push({
      ...common,
      place: where,
      bankReference: given((isItsOwn && own[index]) || (reference && `${reference}/${index + 1}`), where),
      ...money,
      ...writtenBy(part, entry),
    });
  }
  if (sum !== readDecimal(whole.amount)) {
    throw new FieldFault(
      place,
      'NtryDtls',
      `its parts come to ${writeDecimal(sum)}, and the entry is of ${whole.amount}; take its parts in by a CSV file, with what came in of each`,
    );
  }
  return { transfers, debits: parts.length - transfers.length };
}

/** Banks fill amounts up with zeros on either side. */
const moneyOf = (amount: Element | undefined): Pick<BankEntry, 'currency' | 'amount'> => ({
  currency: amount?.getAttribute('Ccy') ?? '',
  amount: textOf(amount)
    .replace(/^0+(?=\d)/, '')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, ''),
});

const dayOf = (entry: Element, name: string): string =>
  textOf(entry, name, 'Dt') || textOf(entry, name, 'DtTm').slice(0, 10);

/** The bank's reference of an entry. Its number is one of its day alone: many banks begin at 1 in each statement. */
function referenceOf(entry: Element, day: string): string {
  const number = provided(textOf(entry, 'NtryRef'));
  return provided(textOf(entry, 'AcctSvcrRef')) || (number && `${day}/${number}`);
}

/** Without a reference the same transfer would be another one in the next file. */
function given(reference: string, place: string): string {
  if (reference) return reference;
  const remedy = 'take the transfer in by a CSV file, with a reference of your own';
  throw new FieldFault(place, 'bankReference', `the bank has given no reference (AcctSvcrRef); ${remedy}`);
}

/** What the bank calls a part. What the payer calls it (EndToEndId) is anybody's. */
const ownReference = (part: Element | undefined): string =>
  provided(textOf(part, 'Refs', 'AcctSvcrRef')) || provided(textOf(part, 'Refs', 'TxId'));

const provided = (reference: string): string => (noReference.test(reference) ? '' : reference);

const writtenBy = (part: Element, entry: Element): Pick<BankEntry, 'payer' | 'remittance'> => ({
  payer: textOf(part, 'RltdPties', 'Dbtr', 'Nm') || textOf(part, 'RltdPties', 'Dbtr', 'Pty', 'Nm'),
  remittance: remittanceOf(part) || remittanceOf(entry),
});

/** All that the payer wrote, as text and by reference of the creditor or of a document. */
function remittanceOf(row: Element): string {
  const information = child(row, 'RmtInf');
  const structured = children(information, 'Strd').flatMap((one) => [
    ...children(one, 'RfrdDocInf').flatMap((document) => children(document, 'Nb')),
    ...children(child(one, 'CdtrRefInf'), 'Ref'),
    ...children(one, 'AddtlRmtInf'),
  ]);
  return [...children(information, 'Ustrd'), ...structured].map((text) => textOf(text)).join(' ');
}
