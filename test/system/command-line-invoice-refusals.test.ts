import { beforeAll, describe, expect, test } from '@jest/globals';
import { createServiceClients } from '../../client/services.ts';
import { cli, ownShop } from './command-line-shop.ts';

const { run } = ownShop();
const { billing, communities } = createServiceClients(process.env as Record<string, string>);
const ids = {
  customer: `${run}-ada`,
  other: `${run}-grace`,
  banned: `${run}-eve`,
  invoice: `${run}-i`,
  account: `${run}-bank`,
};
const desk = 'Desk;1;100.00;8';
let number = '';
let transfer = '';

beforeAll(async () => {
  const people = [ids.customer, ids.other, ids.banned].map((customerId) => ({
    ...{ customerId, name: 'Ada', email: `${customerId}@example.org`, country: 'DE' },
  }));
  expect(await cli(['import', '--customers', '-'], JSON.stringify(people))).toMatchObject({ exitCode: 0 });
  expect(await cli(['ban', ids.banned, '--reason', 'fraud'])).toMatchObject({ exitCode: 0 });
  for (const [customer, id] of [
    [ids.customer, ids.invoice],
    [ids.other, `${ids.invoice}-other`],
  ] as const) {
    await cli(['invoice', 'create', '--customer', customer, '--line', desk, '--id', id]);
  }
  ({ number } = await billing.findInvoice({ invoiceId: ids.invoice }));
  const taken = await cli(['invoice', 'transfers', '-', '--json'], statement(entry('whose', '50.00')));
  expect(taken).toMatchObject({ exitCode: 0 });
  transfer = JSON.parse(taken.stdout).payments[0].paymentId;
  const manager = { name: 'Mary', email: `${run}@example.org` };
  await communities.importCommunity({ communityId: run, timeZone: 'UTC', billingDay: 1, dueDay: 1, manager });
}, 120_000);

const statement = (entries: string, { encoding = 'UTF-8', totals = '' } = {}) =>
  `<?xml version="1.0" encoding="${encoding}"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id><Othr><Id>${ids.account}</Id></Othr></Id></Acct>${totals}${entries}</Stmt></BkToCstmrStmt></Document>`;
const entry = (reference: string, amount: string, text = '', currency = 'EUR') =>
  `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-02-10</Dt></BookgDt><AcctSvcrRef>${reference}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`;

/** All that billing and the communities have of these people and this account. */
async function traces() {
  const of = async (customerId: string) => [
    (await billing.listInvoices({ customerId })).invoices,
    (await billing.listPayments({ customerId })).payments,
    await billing.statement({ customerId, currency: 'EUR' }),
  ];
  const { payments } = await billing.listPayments({ state: 'unmatched', limit: 1_000 });
  return {
    people: await Promise.all([ids.customer, ids.other, ids.banned].map(of)),
    unmatched: payments.filter((payment) => payment.transfer?.account === ids.account),
    residents: await communities.countBillable({ communityId: run, date: '2026-02-01' }),
  };
}

type Case = readonly [name: string, parameters: string[], input: () => string, type: string, field: string | undefined];

/** Each is refused by its type and its field, in one line for people, and changes nothing. */
async function expectRefused(cases: readonly Case[]): Promise<void> {
  const before = await traces();
  for (const [name, parameters, input, type, field] of cases) {
    const { exitCode, stdout, stderr } = await cli([...parameters, '--json'], input());
    const { error } = JSON.parse(stderr);
    // A refused process prints how it ended as well.
    const said = stdout === '' ? error : JSON.parse(stdout).reason;
    expect({ name, exitCode, type: error.type, field: said.field, message: error.message }).toEqual({
      ...{ name, exitCode: 1, type, field, message: expect.stringMatching(/\S{3}/) },
    });
  }
  expect(await traces()).toEqual(before);
}

const nothing = () => '';

test('an invoice that cannot be is refused by its field, and leaves no trace', async () => {
  const create = (line: string, ...more: string[]) => [
    'invoice',
    'create',
    '--customer',
    ids.customer,
    '--line',
    line,
    ...more,
  ];
  const content = { invoiceId: `${run}-bad`, customerId: ids.customer, currency: 'EUR' };
  const line = { description: 'Desk', quantity: 1, unitPrice: 100, taxRate: 0 };
  const fromFile = (change: object) => () => JSON.stringify({ ...content, lines: [line], ...change });
  const file = ['invoice', 'create', '--file', '-'];
  await expectRefused([
    [
      'an unknown customer',
      ['invoice', 'create', '--customer', `${run}-nobody`, '--line', desk],
      nothing,
      'CustomerNotFound',
      undefined,
    ],
    [
      'a banned customer',
      ['invoice', 'create', '--customer', ids.banned, '--line', desk],
      nothing,
      'CustomerBanned',
      undefined,
    ],
    ['no lines', ['invoice', 'create', '--customer', ids.customer], nothing, 'InvalidRequest', 'lines'],
    ['a quantity of 0', create('Desk;0;1.00;8'), nothing, 'InvalidRequest', 'lines.0.quantity'],
    ['a negative quantity', create('Desk;-1;1.00;8'), nothing, 'InvalidRequest', 'lines.0.quantity'],
    ['half a piece', create('Desk;0.5;1.00;8'), nothing, 'InvalidRequest', 'lines.0.quantity'],
    ['a huge quantity', create(`Desk;${'9'.repeat(30)};1.00;8`), nothing, 'InvalidRequest', 'lines.0.quantity'],
    ['a negative price', create('Desk;1;-1.00;8'), nothing, 'InvalidRequest', 'lines.0.unitPrice'],
    ['a rate over 100 %', create('Desk;1;1.00;100.01'), nothing, 'InvalidRequest', 'lines.0.taxRate'],
    ['a sum that overflows', create('Desk;1000000;999999.99;8'), nothing, 'InvalidRequest', 'lines'],
    ['a day before the issue', create(desk, '--due', '2020-01-31'), nothing, 'InvalidRequest', 'dueDate'],
    ['a currency that is not sold in', create(desk, '--currency', 'CHF'), nothing, 'InvalidRequest', 'currency'],
    [
      'two currencies',
      file,
      fromFile({ lines: [line, { ...line, currency: 'USD' }] }),
      'InvalidRequest',
      'lines.1.currency',
    ],
    [
      'a rate that is text',
      file,
      fromFile({ lines: [{ ...line, taxRate: '8' }] }),
      'InvalidRequest',
      'lines.0.taxRate',
    ],
    ['no customer', file, fromFile({ customerId: undefined }), 'InvalidRequest', 'customerId'],
  ]);
}, 120_000);

test('a payment that cannot be is refused by its field, and leaves no trace', async () => {
  const pay = (invoice: string, amount: string) => ['invoice', 'pay', invoice, '--amount', amount, '--wait'];
  const assign = (customer: string, allocation: string) => [
    'invoice',
    'assign',
    transfer,
    '--customer',
    customer,
    '--allocate',
    allocation,
    '--note',
    'why',
  ];
  await expectRefused([
    ['of 0 by card', pay(ids.invoice, '0'), nothing, 'InvalidRequest', 'amount'],
    ['of less than 0 by card', pay(ids.invoice, '-1.00'), nothing, 'InvalidRequest', 'amount'],
    ['of more than is open by card', pay(ids.invoice, '108.01'), nothing, 'PaymentTooLarge', 'amount'],
    ['of an unknown invoice', pay(`${run}-none`, '1.00'), nothing, 'InvoiceNotFound', 'invoiceId'],
    [
      'of an invoice of another customer',
      assign(ids.customer, `${ids.invoice}-other=1.00`),
      nothing,
      'InvoiceNotFound',
      'invoiceId',
    ],
    ['of more than came in', assign(ids.customer, `${ids.invoice}=50.01`), nothing, 'PaymentTooLarge', 'allocations'],
    ['of an unknown customer', assign(`${run}-nobody`, `${ids.invoice}=1.00`), nothing, 'CustomerNotFound', undefined],
  ]);
}, 120_000);

test("a bank's file that cannot be is refused as a whole, and leaves no trace", async () => {
  const take = ['invoice', 'transfers', '-'];
  const good = () => entry('R-1', '108.00', number);
  const header = 'account,bankReference,currency,amount,receivedOn,payer,remittance\n';
  await expectRefused([
    ['cut off', take, () => statement(good()).slice(0, -40), 'InvalidRequest', 'file'],
    [
      'cut off within its text',
      take,
      () => `${header}${ids.account},R-1,EUR,108.00,2026-02-10,,${number.slice(0, -1)}`,
      'InvalidRequest',
      'file',
    ],
    ['in an encoding of nobody', take, () => statement(good(), { encoding: 'EBCDIC-7' }), 'InvalidRequest', 'file'],
    [
      'in another currency',
      take,
      () => statement(good() + entry('R-2', '1.00', '', 'CHF')),
      'InvalidRequest',
      'currency',
    ],
    ['with nothing that came in', take, () => statement(good() + entry('R-2', '0.00')), 'InvalidRequest', 'amount'],
    [
      'with one reference twice',
      take,
      () => statement(good() + entry('R-1', '2.00')),
      'InvalidRequest',
      'bankReference',
    ],
    ['without a reference', take, () => statement(good() + entry('', '2.00')), 'InvalidRequest', 'bankReference'],
    [
      'that does not add up',
      take,
      () => statement(good(), { totals: '<TxsSummry><TtlCdtNtries><Sum>107.00</Sum></TtlCdtNtries></TxsSummry>' }),
      'InvalidRequest',
      'TxsSummry.TtlCdtNtries',
    ],
    ['that is none', take, () => '{}', 'InvalidRequest', 'file'],
    ['that is empty', take, nothing, 'InvalidRequest', 'file'],
  ]);
}, 120_000);

test('a month and residents that cannot be are refused, and leave no trace', async () => {
  const resident = { customerId: ids.customer, movedIn: '2020-01-01', charges: [] };
  const living =
    (...residents: object[]) =>
    () =>
      JSON.stringify({ communityId: run, residents });
  const take = ['import', '--residents', '-'];
  await expectRefused([
    ['a month that has not begun', ['invoicing', 'run', `${run}/2199-12`], nothing, 'PeriodNotBegun', 'period'],
    ['a month that there is not', ['invoicing', 'run', `${run}/2026-13`], nothing, 'InvalidRequest', 'invoicingId'],
    [
      'a resident twice',
      take,
      living(resident, { ...resident, charges: [] }),
      'InvalidRequest',
      'residents.1.customerId',
    ],
    [
      'a resident who moves out before',
      take,
      living({ ...resident, movedOut: '2019-12-31' }),
      'InvalidRequest',
      'residents.0.movedOut',
    ],
    ['nobody', take, living(), 'InvalidRequest', 'residents'],
  ]);
}, 120_000);

describe('a statement of a bank', () => {
  test('in its own encoding is taken in once, and what it leaves is counted', async () => {
    const debit = entry('D-1', '9.00').replace('CRDT', 'DBIT');
    const bytes = statement(entry('T-1', '108.00', `für ${number}`) + debit, { encoding: 'ISO-8859-1' });
    const taken = await cli(['invoice', 'transfers', '-', '--json'], Buffer.from(bytes, 'latin1') as never);
    const document = JSON.parse(taken.stdout);
    expect(document).toMatchObject({
      payments: [{ state: 'applied', amount: 10_800, credit: 0, transfer: { remittance: `für ${number}` } }],
      ignored: { debits: 1, reversals: 0, pending: 0 },
    });
    const before = await traces();
    const again = await cli(['invoice', 'transfers', '-'], Buffer.from(bytes, 'latin1') as never);
    expect(again).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('left out: debits 1, reversals 0, pending 0'),
    });
    expect(await traces()).toEqual(before);
  }, 60_000);
});
