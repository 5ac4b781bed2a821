import { beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import { cli, ownShop } from './command-line-shop.ts';

const { run, open } = ownShop();
const customer = `${run}-customer`;
const desk = 'Rent of a desk, May;1;100.00;8';
const idOf = (name: string) => `${run}-${name}`;
const create = (name: string, ...more: string[]) =>
  cli(['invoice', 'create', '--customer', customer, '--line', desk, '--id', idOf(name), ...more]);
const json = async (...parameters: string[]) => JSON.parse((await cli([...parameters, '--json'])).stdout);

beforeAll(async () => {
  await open();
  const email = `${run}-invoices@example.org`;
  await cli(
    ['import', '--customers', '-'],
    JSON.stringify([{ customerId: customer, name: 'Ada Lovelace', email, country: 'DE' }]),
  );
}, 120_000);

describe('an invoice', () => {
  test('is issued once for each id, and shown with its lines', async () => {
    const first = await create('one');
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    for (const fact of [
      /^Outcome +issued$/m,
      /^Number +INV-\d{6}$/m,
      /^Total +108\.00 EUR$/m,
      /^Due +\d{4}-\d\d-\d\d$/m,
    ])
      expect(first.stdout).toMatch(fact);
    expect((await create('one')).stdout).toBe(first.stdout);
    const other = await create('one', '--days', '7');
    expect(other).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^error: IdempotencyConflict: /) });
    const shown = await cli(['invoice', 'show', idOf('one')]);
    expect(shown.stdout).toMatch(
      /^Tax of 8 % +8\.00 EUR$[\s\S]+^Rent of a desk, May +1 +100\.00 EUR +100\.00 EUR +8 %$/m,
    );
  });

  test('leaves its journal, its mail with the document, and a process that can be looked at', async () => {
    const journal = async () => (await json('ledger', 'journal', `invoice/${idOf('one')}`)).journals;
    expect(await waitUntil(async () => (await journal()).length === 1, { within: 20_000 })).toBe(true);
    expect((await journal())[0].lines.map((of: { account: string }) => of.account)).toEqual(['1200', '4000', '2200']);
    const mails = async () => (await json('mail', '--to', `${run}-invoices@example.org`)).mails;
    expect(await waitUntil(async () => (await mails()).length === 1, { within: 20_000 })).toBe(true);
    const { number } = await json('invoice', 'show', idOf('one'));
    expect((await mails())[0]).toMatchObject({
      ...{ template: 'invoice', subject: `Your invoice ${number} of 108.00 EUR` },
      attachments: [{ name: `${number}.pdf`, type: 'application/pdf' }],
    });
    expect((await cli(['status', `invoice/${idOf('one')}`])).stdout).toMatch(
      /^State +completed$[\s\S]+✓ +issue the invoice/m,
    );
  });

  test.each([
    ['an unknown customer', ['--customer', 'nobody-at-all', '--line', desk], 'CustomerNotFound', undefined],
    ['no lines', ['--customer', customer], 'InvalidRequest', 'lines'],
    ['half a piece', ['--customer', customer, '--line', 'Desk;0.5;1.00;8'], 'InvalidRequest', 'lines.0.quantity'],
    ['half a cent', ['--customer', customer, '--line', 'Desk;1;1.005;8'], 'InvalidRequest', 'lines.0.unitPrice'],
    ['a rate over 100 %', ['--customer', customer, '--line', 'Desk;1;1.00;101'], 'InvalidRequest', 'lines.0.taxRate'],
    [
      'a day that is over',
      ['--customer', customer, '--line', desk, '--due', '2020-01-31'],
      'InvalidRequest',
      'dueDate',
    ],
  ])('of %s is refused, naming what is wrong', async (_, parameters, type, field) => {
    const refused = await cli(['invoice', 'create', ...parameters, '--json']);
    expect(refused.exitCode).toBe(1);
    const { error } = JSON.parse(refused.stderr);
    expect(error).toMatchObject({ type, ...(field && { field }) });
  });
});

describe('its payment', () => {
  test('by card takes what is open, once, and no more', async () => {
    const id = idOf('by-card');
    const pay = ['invoice', 'pay', idOf('one'), '--id', id, '--wait'];
    const paid = await cli(pay);
    expect(paid).toMatchObject({ exitCode: 0, stderr: '' });
    expect(paid.stdout).toMatch(/^Outcome +completed$[\s\S]+^Amount +108\.00 EUR$/m);
    expect(await cli(pay)).toMatchObject({ exitCode: 0 });
    const again = await cli(['invoice', 'pay', idOf('one'), '--wait']);
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^error: InvoiceAlreadyPaid: /) });
    expect(await json('invoice', 'payments', '--invoice', idOf('one'))).toMatchObject({
      payments: [{ paymentId: id, state: 'applied', method: 'card', amount: 10_800 }],
    });
    expect((await cli(['status', `invoice-payment/${id}`])).stdout).toMatch(/^State +completed$/m);
  });

  test('that is declined leaves the invoice open', async () => {
    await create('declined');
    const card = ['--payment-method', 'pm_card_chargeDeclined', '--wait'];
    const declined = await cli(['invoice', 'pay', idOf('declined'), ...card]);
    expect(declined).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^error: CardDeclined: /) });
    expect(await json('invoice', 'show', idOf('declined'))).toMatchObject({ state: 'open', open: 10_800 });
  });

  test('by transfer pays what it names, and is taken in once', async () => {
    const { number } = await json('invoice', 'show', idOf('declined'));
    // Before there is credit, which would pay it at issue.
    await create('assigned');
    const header = 'account,bankReference,currency,amount,receivedOn,payer,remittance';
    const rows = [`DE02,${run}-1,EUR,150.00,2026-05-04,Ada,${number}`, `DE02,${run}-2,EUR,68.00,2026-05-04,,the desk`];
    const input = `${[header, ...rows].join('\n')}\n`;
    const taken = await cli(['invoice', 'transfers', '-', '--json'], input);
    const { payments } = JSON.parse(taken.stdout);
    expect(payments).toMatchObject([{ state: 'applied', credit: 4_200 }, { state: 'unmatched' }]);
    expect(JSON.parse((await cli(['invoice', 'transfers', '-', '--json'], input)).stdout)).toEqual({ payments });
    const assign = ['--customer', customer, '--allocate', `${idOf('assigned')}=68.00`, '--note', 'she called'];
    const assigned = await cli(['invoice', 'assign', payments[1].paymentId, ...assign]);
    expect(assigned).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await json('invoice', 'show', idOf('assigned'))).toMatchObject({ state: 'partly-paid', open: 4_000 });
  });
});

test('a transfer whose reference is taken holds up none of its file, and is told with the rest', async () => {
  const header = 'account,bankReference,currency,amount,receivedOn,payer,remittance';
  const file = (...rows: string[]) => `${[header, ...rows].join('\n')}\n`;
  const row = (reference: string, amount: string) => `${run}-bank,${reference},EUR,${amount},2026-05-04,Ada,rent`;
  const take = (content: string) => cli(['invoice', 'transfers', '-', '--json'], content);
  expect(await take(file(row('R-1', '5.00')))).toMatchObject({ exitCode: 0 });
  const taken = await take(file(row('R-1', '6.00'), row('R-2', '7.00')));
  expect(taken.exitCode).toBe(1);
  expect(JSON.parse(taken.stderr).error).toMatchObject({ type: 'IdempotencyConflict', field: 'bankReference' });
  expect(JSON.parse(taken.stdout)).toMatchObject({
    payments: [{ amount: 700, state: 'unmatched' }],
    conflicts: [{ type: 'IdempotencyConflict', message: expect.stringContaining('R-1') }],
  });
  const { payments } = await json('invoice', 'payments', '--state', 'unmatched', '--limit', '1000');
  const ours = payments.filter(
    (payment: { transfer?: { account: string } }) => payment.transfer?.account === `${run}-bank`,
  );
  expect(ours.map(({ amount }: { amount: number }) => amount).sort()).toEqual([500, 700]);
});

test('credit pays, a credit note takes back, and the statement has all of it', async () => {
  const applied = await cli(['invoice', 'apply-credit', idOf('assigned')]);
  expect(applied.stdout).toMatch(/^40\.00 EUR of credit applied$/m);
  const note = await cli(['invoice', 'credit', idOf('assigned'), '--amount', '8.00', '--reason', 'a discount']);
  expect(note.stdout).toMatch(/^Number +CN-\d{6}$[\s\S]+^Off the invoice +0\.00 EUR$[\s\S]+^To credit +8\.00 EUR$/m);
  const statement = await json('invoice', 'statement', customer);
  expect(statement).toMatchObject({ open: 0, credit: 1_000, balance: -1_000 });
  expect(statement.lines).toHaveLength(7);
  expect((await cli(['invoice', 'statement', customer])).stdout).toMatch(/^Balance +-10\.00 EUR$/m);
  const shown = async () => (await cli(['customer', customer])).stdout;
  expect(await waitUntil(async () => /^Balance +-10\.00 EUR$/m.test(await shown()), { within: 20_000 })).toBe(true);
});
