import { afterAll, describe, expect, test } from '@jest/globals';
import { balance, entry, file, openStatements, part, statement } from './statement-file.ts';

const { read, close } = openStatements();
afterAll(close);

describe('a statement that does not add up is refused as a whole:', () => {
  const two = entry() + entry({ amount: '8.00', kind: 'DBIT', reference: 'D-1' });
  const summary = (inside: string) => `<TxsSummry>${inside}</TxsSummry>`;
  const balances = (closing: string) => balance('OPBD', '1000.00') + balance('CLBD', closing);

  test.each([
    ['a closing balance', balances('1108.00'), 'Bal'],
    ['a closing balance after the one before', balance('PRCD', '1.00', 'DBIT') + balance('CLBD', '101.00'), 'Bal'],
    ['a number of entries', summary('<TtlNtries><NbOfNtries>3</NbOfNtries></TtlNtries>'), 'TxsSummry.TtlNtries'],
    ['a sum of entries', summary('<TtlNtries><Sum>108.00</Sum></TtlNtries>'), 'TxsSummry.TtlNtries'],
    [
      'a number of credits',
      summary('<TtlCdtNtries><NbOfNtries>2</NbOfNtries></TtlCdtNtries>'),
      'TxsSummry.TtlCdtNtries',
    ],
    ['a sum of credits', summary('<TtlCdtNtries><Sum>108.01</Sum></TtlCdtNtries>'), 'TxsSummry.TtlCdtNtries'],
    ['a sum of debits', summary('<TtlDbtNtries><Sum>0</Sum></TtlDbtNtries>'), 'TxsSummry.TtlDbtNtries'],
  ])('%s', async (_, totals, field) => {
    await expect(read(file(statement(totals + two)))).rejects.toMatchObject({
      ...{ type: 'InvalidRequest', detail: { field }, message: expect.stringContaining('once more') },
    });
  });

  test.each([
    ['balances', balances('1100.00')],
    ['a balance below zero', balance('OPBD', '200.00', 'DBIT') + balance('CLBD', '100.00', 'DBIT')],
    ['an opening balance alone', balance('OPBD', '1000.00')],
    [
      'sums, with zeros behind',
      summary(
        '<TtlNtries><NbOfNtries>2</NbOfNtries><Sum>116</Sum></TtlNtries><TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>108.000</Sum></TtlCdtNtries><TtlDbtNtries><Sum>8.0</Sum></TtlDbtNtries>',
      ),
    ],
    [
      'balances of a statement of several pages',
      `<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>${balances('5.00')}`,
    ],
  ])('but not one with %s that fit', async (_, totals) => {
    expect((await read(file(statement(totals + two)))).transfers).toHaveLength(1);
  });

  test('and pending entries are in no balance', async () => {
    const pending = entry({ reference: 'P-1', status: '<Cd>PDNG</Cd>' });
    expect((await read(file(statement(balances('1100.00') + two + pending)))).transfers).toHaveLength(1);
  });

  test.each([
    ['parts that come to less than their entry', part('100.00') + part('7.99'), 'NtryDtls'],
    ['parts of another currency', part('100.00') + part('8.00', '', 'USD'), 'currency'],
    ['parts without amounts', '<TxDtls/><TxDtls/>', 'amount'],
  ])('%s', async (_, details, field) => {
    await expect(read(file(statement(entry({ details }))))).rejects.toMatchObject({
      ...{ type: 'InvalidRequest', detail: { field }, message: expect.stringContaining('entry 1') },
    });
  });

  test('but not one whose parts hold a debit, which is counted', async () => {
    const details = part('110.00') + part('2.00', '<CdtDbtInd>DBIT</CdtDbtInd>');
    const { transfers, ignored } = await read(file(statement(entry({ details }))));
    expect([transfers.map(({ amount }) => amount), ignored?.debits]).toEqual([[11_000], 1]);
  });
});
