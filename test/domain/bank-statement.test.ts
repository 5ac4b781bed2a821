import { afterAll, describe, expect, test } from '@jest/globals';
import { documentOf, entry, file, header, openStatements, part, statement } from './statement-file.ts';

const { read, close } = openStatements();
afterAll(close);

describe('the versions of the standard', () => {
  const old = (inside: string) => `<AmtDtls><TxAmt><Amt Ccy="EUR">${inside}</Amt></TxAmt></AmtDtls>`;
  const named = (name: string, wrapped: boolean) =>
    `<RltdPties><Dbtr>${wrapped ? `<Pty><Nm>${name}</Nm></Pty>` : `<Nm>${name}</Nm>`}</Dbtr></RltdPties>`;
  test.each([
    ['02', 'BOOK', false],
    ['04', 'BOOK', false],
    ['06', 'BOOK', false],
    ['08', '<Cd>BOOK</Cd>', true],
    ['10', '<Cd>BOOK</Cd>', true],
  ])('%s: reads amounts of parts, payers and states as it writes them', async (version, status, wrapped) => {
    const amount = (text: string) =>
      version === '02' ? old(text) : `<Amt Ccy="EUR">${text}</Amt><CdtDbtInd>CRDT</CdtDbtInd>`;
    const details = ['Ada', 'Grace'].map(
      (name, index) => `<TxDtls>${amount(index === 0 ? '100.00' : '8.00')}${named(name, wrapped)}</TxDtls>`,
    );
    const inside = statement(entry({ status, details: details.join('') }));
    const { transfers } = await read(`${header}${documentOf(inside, version)}`);
    expect(transfers.map(({ amount, payer, bankReference }) => [amount, payer, bankReference])).toEqual([
      [10_000, 'Ada', 'R-1/1'],
      [800, 'Grace', 'R-1/2'],
    ]);
  });

  test('may stand behind a prefix of the namespace, in an envelope', async () => {
    const prefixed = documentOf(statement(entry()))
      .replaceAll(/<(\/?)(?=[A-Z])/g, '<$1c:')
      .replace('xmlns=', 'xmlns:c=');
    const { transfers } = await read(`<Envelope>${prefixed}</Envelope>`);
    expect(transfers).toHaveLength(1);
  });

  test.each([
    ['camt.054', '<BkToCstmrDbtCdtNtfctn><Ntfctn/></BkToCstmrDbtCdtNtfctn>'],
    ['camt.052', '<BkToCstmrAcctRpt><Rpt/></BkToCstmrAcctRpt>'],
  ])('are those of a statement: a %s is refused by its name', async (name, inside) => {
    const other = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${name}.001.08">${inside}</Document>`;
    await expect(read(other)).rejects.toMatchObject({
      ...{ type: 'InvalidRequest', detail: { field: 'file' }, message: expect.stringContaining(`it is ${name}`) },
    });
  });
});

describe('the entries of a statement', () => {
  test('are taken from every statement of the file, each with its account', async () => {
    const other = '<Othr><Id>0123456789</Id></Othr>';
    const { transfers } = await read(file(statement(entry()), statement(entry() + entry({ reference: 'R-2' }), other)));
    expect(transfers.map(({ account, bankReference }) => [account, bankReference])).toEqual([
      ['DE02120300000000202051', 'R-1'],
      ['0123456789', 'R-1'],
      ['0123456789', 'R-2'],
    ]);
    expect(new Set(transfers.map(({ paymentId }) => paymentId)).size).toBe(3);
  });

  test('that are debits, reversals or not booked are counted, and not taken', async () => {
    const { transfers, ignored } = await read(
      file(
        statement(
          [
            entry({ kind: 'DBIT', reference: 'D-1' }),
            entry({ kind: 'DBIT', reference: 'D-2', currency: 'CHF' }),
            entry({ reference: 'V-1', before: '<RvslInd>true</RvslInd>' }),
            entry({ reference: 'V-2', before: '<RvslInd>1</RvslInd>' }),
            entry({ reference: 'V-3', before: '<RvslInd>true</RvslInd>', kind: 'DBIT' }),
            entry({ reference: 'P-1', status: '<Cd>PDNG</Cd>' }),
            entry({ reference: 'P-2', status: 'PDNG' }),
            entry({ reference: 'P-3', status: '<Cd>FUTR</Cd>', kind: 'DBIT' }),
            entry({ reference: 'R-1', before: '<RvslInd>false</RvslInd>' }),
          ].join(''),
        ),
      ),
    );
    expect(transfers.map(({ bankReference }) => bankReference)).toEqual(['R-1']);
    expect(ignored).toEqual({ debits: 2, reversals: 3, pending: 3 });
  });

  test('may be none at all: a day without money is a day', async () => {
    expect(await read(file(statement('')))).toEqual({
      ...{ transfers: [], ignored: { debits: 0, reversals: 0, pending: 0 } },
    });
  });

  test('have amounts as banks write them, with zeros before and after', async () => {
    const amounts = ['000000000000149.87', '1.50000', '7', '0.10'];
    const entries = amounts.map((amount, index) => entry({ amount, reference: `R-${index}` }));
    const { transfers } = await read(file(statement(entries.join(''))));
    expect(transfers.map(({ amount }) => amount)).toEqual([14_987, 150, 700, 10]);
  });

  test('have the day of the booking, or that of the value where none is named', async () => {
    const withTime = entry().replace('<Dt>2026-02-10</Dt>', '<DtTm>2026-02-11T00:30:00+01:00</DtTm>');
    const value = entry({ reference: 'R-2' }).replaceAll('BookgDt', 'ValDt');
    const { transfers } = await read(file(statement(withTime + value)));
    expect(transfers.map(({ receivedOn }) => receivedOn)).toEqual(['2026-02-11', '2026-02-10']);
  });
});

describe('what the payer wrote', () => {
  test.each([
    ['a text', '<Ustrd>Rent INV-000017 May</Ustrd>', 'Rent INV-000017 May'],
    ['a text in pieces', '<Ustrd>Rent</Ustrd><Ustrd>INV-000017</Ustrd>', 'Rent INV-000017'],
    [
      'a reference of the creditor',
      '<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>INV-000017</Ref></CdtrRefInf></Strd>',
      'INV-000017',
    ],
    ['a document', '<Strd><RfrdDocInf><Nb>INV-000017</Nb></RfrdDocInf></Strd>', 'INV-000017'],
    ['a remark', '<Strd><AddtlRmtInf>for INV-000017</AddtlRmtInf></Strd>', 'for INV-000017'],
    [
      'several documents',
      '<Strd><RfrdDocInf><Nb>INV-000017</Nb></RfrdDocInf><RfrdDocInf><Nb>INV-000018</Nb></RfrdDocInf></Strd>',
      'INV-000017 INV-000018',
    ],
  ])('may be %s', async (_, inside, remittance) => {
    const details = `<TxDtls><RmtInf>${inside}</RmtInf></TxDtls>`;
    expect((await read(file(statement(entry({ details }))))).transfers).toMatchObject([{ remittance }]);
  });
});

describe('the reference of a transfer', () => {
  const refs = (inside: string) => `<Refs>${inside}</Refs>`;

  test('is never one that the payer gave, nor a word for none', async () => {
    const details = `<TxDtls>${refs('<EndToEndId>NOTPROVIDED</EndToEndId><TxId>T-9</TxId>')}</TxDtls>`;
    const entries = [
      entry({ reference: 'NOTPROVIDED', details }),
      entry({ reference: 'NONREF', details: details.replace('T-9', 'T-10') }),
    ];
    const { transfers } = await read(file(statement(entries.join(''))));
    expect(transfers.map(({ bankReference }) => bankReference)).toEqual(['T-9', 'T-10']);
    const endToEnd = `<TxDtls>${refs('<EndToEndId>E-1</EndToEndId>')}</TxDtls>`;
    await expect(read(file(statement(entry({ reference: '', details: endToEnd }))))).rejects.toMatchObject({
      ...{ type: 'InvalidRequest', detail: { field: 'bankReference' } },
      message: expect.stringMatching(/bank.xml, entry 1: bankReference: .* CSV file/),
    });
  });

  test('is a number of an entry only within its day, as banks begin at 1 every day', async () => {
    const numbered = (day: string) =>
      entry({ reference: '', before: '<NtryRef>1</NtryRef>' }).replace('2026-02-10', day);
    const { transfers } = await read(file(statement(numbered('2026-02-10')), statement(numbered('2026-02-11'))));
    expect(transfers.map(({ bankReference }) => bankReference)).toEqual(['2026-02-10/1', '2026-02-11/1']);
  });

  test('is told apart for parts that all repeat that of their entry', async () => {
    const details = part('100.00', refs('<AcctSvcrRef>R-1</AcctSvcrRef>')).concat(
      part('8.00', refs('<AcctSvcrRef>R-1</AcctSvcrRef>')),
    );
    const { transfers } = await read(file(statement(entry({ details }))));
    expect(transfers.map(({ bankReference }) => bankReference)).toEqual(['R-1/1', 'R-1/2']);
  });

  test('that two entries of a file share stops the file: one of them would be lost', async () => {
    await expect(read(file(statement(entry() + entry({ amount: '9.00' }))))).rejects.toMatchObject({
      ...{ type: 'InvalidRequest', detail: { field: 'bankReference' } },
      message: expect.stringMatching(/entry 2: bankReference: R-1 .* entry 1/),
    });
  });
});

describe('how a statement is written', () => {
  const payer = (name: string) =>
    statement(entry({ details: `<TxDtls><RltdPties><Dbtr><Nm>${name}</Nm></Dbtr></RltdPties></TxDtls>` }));

  test.each(['ISO-8859-1', 'iso-8859-15', 'windows-1252'])('is the encoding that it declares: %s', async (encoding) => {
    const text = `${header.replace('UTF-8', encoding)}${documentOf(payer('Zoë Müller'))}`;
    expect((await read(Buffer.from(text, 'latin1'))).transfers).toMatchObject([{ payer: 'Zoë Müller' }]);
  });

  test('is UTF-8 after a byte order mark', async () => {
    expect((await read(`\uFEFF${file(payer('Zoë'))}`)).transfers).toMatchObject([{ payer: 'Zoë' }]);
  });

  test('is refused by the name of an encoding that is not known', async () => {
    const text = `${header.replace('UTF-8', 'EBCDIC-7')}${documentOf(payer('Ada'))}`;
    await expect(read(text)).rejects.toMatchObject({
      ...{ type: 'InvalidRequest', detail: { field: 'file' }, message: expect.stringMatching(/EBCDIC-7.*UTF-8/) },
    });
  });
});

test.each([
  ['neither a credit nor a debit', { kind: 'CREDIT' }, 'CdtDbtInd'],
  ['of a currency that the shop does not take', { currency: 'CHF' }, 'currency'],
  ['of nothing', { amount: '0.00' }, 'amount'],
  ['of less than nothing', { amount: '-1.00' }, 'amount'],
] as const)(
  'an entry that is %s is refused by its place, in a file of several statements',
  async (_, change, field) => {
    const content = file(
      statement(entry()),
      statement(entry({ reference: 'D-1', kind: 'DBIT' }) + entry({ reference: 'R-2', ...change })),
    );
    await expect(read(content)).rejects.toMatchObject({
      ...{ type: 'InvalidRequest', detail: { field }, message: expect.stringContaining('statement 2, entry 2') },
    });
  },
);
