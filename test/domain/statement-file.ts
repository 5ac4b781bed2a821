import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BankFile, readTransfers } from '../../client/files/transfers.ts';

const iban = '<IBAN>DE02120300000000202051</IBAN>';
/** The declaration of a file in UTF-8. */
export const header = '<?xml version="1.0" encoding="UTF-8"?>\n';
/** One statement with what stands in it. */
export const statement = (inside: string, account = iban) =>
  `<Stmt><Id>2026-02-10</Id><Acct><Id>${account}</Id></Acct>${inside}</Stmt>`;
/** A message with its statements. */
export const documentOf = (inside: string, version = '08') =>
  `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>${inside}</BkToCstmrStmt></Document>`;
/** A whole file. */
export const file = (...statements: string[]) => `${header}${documentOf(statements.join(''))}`;

interface EntryParts {
  readonly amount?: string;
  readonly currency?: string;
  readonly kind?: string;
  readonly status?: string;
  readonly reference?: string;
  readonly before?: string;
  readonly details?: string;
}

/** An entry: a booked credit of 108.00 EUR where nothing else is said. */
export const entry = ({ amount = '108.00', currency = 'EUR', kind = 'CRDT', ...more }: EntryParts = {}) =>
  `<Ntry>${more.before ?? ''}<Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${kind}</CdtDbtInd>
  <Sts>${more.status ?? '<Cd>BOOK</Cd>'}</Sts><BookgDt><Dt>2026-02-10</Dt></BookgDt>
  ${more.reference === '' ? '' : `<AcctSvcrRef>${more.reference ?? 'R-1'}</AcctSvcrRef>`}
  <NtryDtls>${more.details ?? ''}</NtryDtls></Ntry>`;
/** A part of a collected entry. */
export const part = (amount: string, inside = '', currency = 'EUR') =>
  `<TxDtls>${inside}<Amt Ccy="${currency}">${amount}</Amt></TxDtls>`;
/** A balance by its kind, such as `OPBD`. */
export const balance = (kind: string, amount: string, sign = 'CRDT') =>
  `<Bal><Tp><CdOrPrtry><Cd>${kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${sign}</CdtDbtInd></Bal>`;

/** Reads files that hold a statement, until it is closed. */
export function openStatements() {
  const folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-statement-'));
  return {
    async read(content: string | Buffer): Promise<BankFile> {
      const name = path.join(folder, 'bank.xml');
      writeFileSync(name, content);
      return readTransfers(name);
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}
