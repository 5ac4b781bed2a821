import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import type { PersonRole } from '../../contracts/access.ts';
import { tokenOf } from './api-people.ts';
import { expectComplaint } from './command-line-expectations.ts';
import { type Called, main, ownShop } from './command-line-shop.ts';

/** A machine that knows where the front door is, and who works there: neither Temporal, nor a service, a broker, a database. */

const { run, customer, sku } = ownShop();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'front-door-test-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** Runs the command line as a person, with nothing of this process’s environment. */
const as =
  (subject: string, ...roles: PersonRole[]) =>
  async (...parameters: string[]): Promise<Called> => {
    const file = path.join(folder, `${subject}.token`);
    await writeFile(file, await tokenOf(subject, ...roles), { mode: 0o600 });
    const env = { PATH: process.env['PATH'], HOME: folder, API_URL: process.env['API_URL'], ACCESS_TOKEN_FILE: file };
    const called = await execa(process.execPath, [main, ...parameters], { reject: false, env, extendEnv: false });
    return called as Called;
  };

const olga = as('olga', 'operator');
const fiona = as('fiona', 'finance');
const rita = as('rita', 'reviewer');
const buyer = as(customer, 'customer');

/** What a command has answered, as a program reads it. */
async function json<Answer>(called: Promise<Called>): Promise<Answer> {
  const { exitCode, stdout, stderr } = await called;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout) as Answer;
}

async function fileOf(name: string, content: unknown): Promise<string> {
  const file = path.join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify(content));
  return file;
}

describe('who has the address of the front door and a token alone', () => {
  test('imports, sells, looks and gives back', async () => {
    const files = {
      customers: [{ customerId: customer, name: 'Grace Hopper', email: `${run}@example.org`, country: 'US' }],
      products: [{ sku, name: 'Lamp', prices: { USD: 2999, EUR: 2999 } }],
      stock: { receiptId: run, lines: [{ sku, quantity: 50 }] },
    };
    const parameters: string[] = [];
    for (const [name, content] of Object.entries(files)) parameters.push(`--${name}`, await fileOf(name, content));
    expect(await json(olga('import', ...parameters, '--json'))).toMatchObject({ customers: 1, products: 1 });

    const cart = ['--customer', customer, '--line', `${sku}=2`, '--id', `${run}-1`];
    expect(await json(olga('place', ...cart, '--wait', '--json'))).toMatchObject({
      ...{ answer: 'accepted', result: { outcome: 'completed', amounts: { total: 5998 } } },
    });
    expect(await json(olga('status', `${run}-1`, '--json'))).toMatchObject({ state: 'completed', orderId: `${run}-1` });
    expect((await olga('watch', `${run}-1`)).stdout).toMatch(/ {2}completed$/);
    expect(await json(olga('stock', sku, '--json'))).toMatchObject({ stock: [{ sku, received: 50 }] });
    expect(await json(olga('product', sku, '--json'))).toMatchObject({ products: [{ sku, prices: { USD: 2999 } }] });
    const back = ['refund', `${run}-1`, '--line', `${sku}=1`, '--id', `${run}-back`, '--wait', '--json'];
    expect(await json(olga(...back))).toMatchObject({ outcome: 'completed', refundId: `${run}-back` });
    expect(await json(olga('order', `${run}-1`, '--json'))).toMatchObject({ refunded: 2999 });
    expect(await olga('dead-letters', 'list')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await json(olga('users', 'republish', customer, '--json'))).toMatchObject({ republished: 1 });
  });

  test('issues an invoice, has it paid, and reads the books', async () => {
    const invoice = `${run}-invoice`;
    const line = ['--customer', customer, '--line', 'Desk;1;100.00;8', '--id', invoice];
    expect(await json(fiona('invoice', 'create', ...line, '--json'))).toMatchObject({ outcome: 'completed' });
    const pay = ['invoice', 'pay', invoice, '--id', `${run}-pay`, '--amount', '108.00', '--wait', '--json'];
    expect(await json(fiona(...pay))).toMatchObject({ outcome: 'completed', amount: { amount: 10_800 } });
    expect(await json(fiona('invoice', 'show', invoice, '--json'))).toMatchObject({
      ...{ state: 'paid', open: 0, payments: [{ paymentId: `${run}-pay`, state: 'applied' }] },
    });
    expect(await fiona('ledger', 'trial-balance', '--currency', 'EUR')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('bans an account, and lifts the ban', async () => {
    // The news of a ban, when it comes, cancels what the customer has open by then: it is to be nothing of the other tests.
    const another = `${run}-banned`;
    const accounts = [{ customerId: another, name: 'Grace Hopper', email: `${another}@example.org`, country: 'US' }];
    await json(olga('import', '--customers', await fileOf('another', accounts), '--json'));
    expect(await json(olga('ban', another, '--reason', 'cards of others', '--json'))).toMatchObject({
      status: 'banned',
    });
    expect(await json(olga('unban', another, '--reason', 'a mistake', '--json'))).toMatchObject({ status: 'active' });
  });

  test('is told what is not for them by the front door itself', async () => {
    expectComplaint(
      await rita('ban', customer, '--reason', 'x'),
      /^error: Forbidden: api\.banCustomer is for operator/,
    );
    expectComplaint(await olga('ledger', 'trial-balance'), /^error: Forbidden: api\.readTrialBalance is for finance/);
  });

  test('is told what a command needs that looks into the system itself', async () => {
    expectComplaint(await olga('ledger', 'reconcile'), /^error: NotRunning: no running system was found/);
  });
});

describe('a customer', () => {
  const id = `${run}-own`;

  test('places, lists and follows their own, and nothing else', async () => {
    const cart = ['--customer', customer, '--line', `${sku}=1`, '--payment-method', 'pm_card_riskLevelElevated'];
    expect(await json(buyer('place', ...cart, '--id', id, '--json'))).toMatchObject({ answer: 'pending' });
    expect(await json(buyer('status', id, '--json'))).toMatchObject({ state: 'in-review' });
    expect(await rita('review', id, '--approve', '--note', 'well known')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await json(buyer('wait', id, '--json'))).toMatchObject({ checkoutId: id, outcome: 'completed' });
    const { checkouts } = await json<{ checkouts: { customerId: string }[] }>(buyer('list', '--json'));
    expect(checkouts.filter(({ customerId }) => customerId !== customer)).toEqual([]);

    const other = as(`${run}-other`, 'customer');
    expectComplaint(await other('status', id), /^error: NotFound: there is no checkout/);
    expectComplaint(await other('cancel', id), /^error: NotFound: there is no checkout/);
  });
});
