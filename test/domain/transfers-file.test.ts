import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readTransfers } from '../../client/files/transfers.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-transfers-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string | Buffer): string {
  const file = path.join(folder, 'bank');
  writeFileSync(file, content);
  return file;
}

const entry = (
  inside: string,
  { amount = '108.00', currency = 'EUR', kind = 'CRDT', status = '<Cd>BOOK</Cd>' } = {},
) => `
  <Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${kind}</CdtDbtInd><Sts>${status}</Sts>
  <BookgDt><Dt>2026-02-10</Dt></BookgDt>${inside}</Ntry>`;
const statement = (...entries: string[]) => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
  <Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>${entries.join('')}</Stmt></BkToCstmrStmt></Document>`;
const rent = entry(`<AcctSvcrRef>R-1</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Ada</Nm></Dbtr></RltdPties>
  <RmtInf><Ustrd>INV-000017</Ustrd><Ustrd>thank you</Ustrd></RmtInf></TxDtls></NtryDtls>`);

describe('a statement of a bank', () => {
  test('gives the credits that are booked, and no others', async () => {
    const debit = entry('<AcctSvcrRef>R-2</AcctSvcrRef>', { kind: 'DBIT' });
    const pending = entry('<AcctSvcrRef>R-3</AcctSvcrRef>', { status: '<Cd>PDNG</Cd>' });
    const older = entry('<AcctSvcrRef>R-4</AcctSvcrRef>', { status: 'BOOK', amount: '1.5' });
    const { transfers } = await readTransfers(fileOf(statement(rent, debit, pending, older)));
    expect(transfers).toEqual([
      {
        ...{ account: 'DE02120300000000202051', bankReference: 'R-1', currency: 'EUR', amount: 10_800 },
        ...{ receivedOn: '2026-02-10', payer: 'Ada', remittance: 'INV-000017 thank you' },
        paymentId: expect.stringMatching(/^transfer-[0-9a-f]{40}$/),
      },
      expect.objectContaining({ bankReference: 'R-4', amount: 150, payer: '', remittance: '' }),
    ]);
  });

  test('has the parts of a collected entry as transfers of their own', async () => {
    const part = (reference: string, amount: string) =>
      `<TxDtls><Refs><AcctSvcrRef>${reference}</AcctSvcrRef></Refs><Amt Ccy="EUR">${amount}</Amt></TxDtls>`;
    const collected = entry(
      `<AcctSvcrRef>R-5</AcctSvcrRef><NtryDtls>${part('P-1', '100.00')}${part('', '8.00')}</NtryDtls>`,
    );
    const { transfers } = await readTransfers(fileOf(statement(collected)));
    expect(transfers.map(({ bankReference, amount }) => [bankReference, amount])).toEqual([
      ['P-1', 10_000],
      ['R-5/2', 800],
    ]);
  });

  test('names a transfer alike in every file', async () => {
    const [one] = (await readTransfers(fileOf(statement(rent)))).transfers;
    const csv =
      'account,bankReference,currency,amount,receivedOn,payer,remittance\nde02 1203 0000 0000 2020 51,R-1,EUR,108,2026-02-10,,\n';
    const [other] = (await readTransfers(fileOf(csv))).transfers;
    expect(other?.paymentId).toBe(one?.paymentId);
  });

  test.each<[string, string | Buffer, string]>([
    ['is cut off', statement(rent).slice(0, 500), 'bank: it is cut off or damaged XML: '],
    [
      'names another file',
      `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hosts">]>${statement(rent).slice(38).replace('Ada', '&b;')}`,
      'entity not found:&b;',
    ],
    ['is no statement', '<html><body>Login</body></html>', 'no statement of a bank'],
    ['is in another encoding', Buffer.from(statement(rent).replace('Ada', 'Zoë'), 'latin1'), 'UTF-8'],
    ['has another currency', statement(entry('<AcctSvcrRef>R</AcctSvcrRef>', { currency: 'XXX' })), 'entry 1'],
    ['has half a cent', statement(entry('<AcctSvcrRef>R</AcctSvcrRef>', { amount: '1.005' })), 'no amount in EUR'],
    ['has an amount of 0', statement(entry('<AcctSvcrRef>R</AcctSvcrRef>', { amount: '0.00' })), 'more than nothing'],
    ['has an entry without a reference', statement(entry('')), 'bankReference'],
  ])('that %s is refused as a whole', async (_, content, message) => {
    await expect(readTransfers(fileOf(content))).rejects.toMatchObject({
      ...{ type: 'InvalidRequest', message: expect.stringContaining(message) },
    });
  });
});

describe('a CSV file', () => {
  const header = 'account,bankReference,currency,amount,receivedOn,payer,remittance\r\n';

  test('is read with its quotes', async () => {
    const row = 'DE02,R-1,EUR,108.00,2026-02-10,"Lovelace, Ada","INV-000017, ""May"""\r\n';
    expect(await readTransfers(fileOf(`\uFEFF${header}${row}`))).toEqual({
      transfers: [expect.objectContaining({ payer: 'Lovelace, Ada', remittance: 'INV-000017, "May"', amount: 10_800 })],
    });
  });

  test.each([
    [';', '108,00', 10_800],
    [';', '108.00', 10_800],
    [';', '7,5', 750],
    ['\t', '108,00', 10_800],
    [',', '"108,00"', 10_800],
  ])('is read with %j between its fields, and the amount %s', async (separator, amount, minor) => {
    const row = ['DE02', 'R-1', 'EUR', amount, '2026-02-10', 'Ada', 'INV-000017'].join(separator);
    const { transfers } = await readTransfers(fileOf(`\uFEFF${header.replaceAll(',', separator)}${row}\r\n`));
    expect(transfers).toMatchObject([{ amount: minor, payer: 'Ada', remittance: 'INV-000017' }]);
  });

  test.each([
    ['a column that is missing', 'account,amount\nDE02,1.00\n', 'no column bankReference'],
    ['a date that is none', `${header}DE02,R-1,EUR,1.00,10.02.2026,,\n`, 'receivedOn'],
    ['a row that is cut off', `${header}DE02,R-1,EUR\n`, 'Invalid Record Length'],
    ['a last line that is cut off in its text', `${header}DE02,R-1,EUR,1.00,2026-02-10,,INV-00001`, 'line 2'],
    ['a negative amount', `${header}DE02,R-1,EUR,-1.00,2026-02-10,,\n`, 'no amount in EUR'],
    ['thousands that are set apart', `${header}DE02,R-1,EUR,"1,080",2026-02-10,,\n`, 'no amount in EUR'],
    ['thousands and a decimal comma', `${header}DE02,R-1,EUR,"1.080,00",2026-02-10,,\n`, 'no amount in EUR'],
    [
      'a transfer twice',
      `${header}DE02,R-1,EUR,1.00,2026-02-10,,\nDE02,R-1,EUR,1.00,2026-02-10,,\n`,
      'line 3: bankReference: R-1',
    ],
    ['no rows', header, 'no transfer'],
  ])('with %s is refused', async (_, content, message) => {
    await expect(readTransfers(fileOf(content))).rejects.toMatchObject({
      ...{ type: 'InvalidRequest', message: expect.stringContaining(message) },
    });
  });
});
