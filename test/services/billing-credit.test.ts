import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { migrationsOf } from '../migrations.ts';
import { type BillingEnvironment, draft, openAccounts, openBilling } from './billing-environment.ts';
import { rent } from './communities-environment.ts';

let environment: BillingEnvironment;

beforeAll(async () => {
  environment = await openBilling();
});

afterAll(() => environment?.service.stop());

const contact = { name: 'Ada Lovelace', email: 'ada@example.org' };

/** Money that came in for no invoice: the credit of a customer. */
async function credit(customerId: string, amount: number, currency: 'EUR' | 'USD' = 'EUR'): Promise<string> {
  const paymentId = `credit-${randomUUID()}`;
  await environment.billing.receiveTransfer({
    ...{ paymentId, account: 'DE02120300000000202051', bankReference: paymentId, currency, amount },
    ...{ receivedOn: '2026-02-10', payer: customerId },
  });
  await environment.billing.assignTransfer({
    ...{ paymentId, customerId, contact, allocations: [], note: 'the payer called' },
  });
  return `payment/${paymentId}`;
}

/** An invoice of 108.00 EUR, unless it says otherwise. */
const issue = (invoiceId: string, customerId: string, unitPrice = 10_000) =>
  environment.billing.issueInvoice(
    draft(invoiceId, { customerId, lines: [{ description: 'Desk', quantity: 1, unitPrice, taxRate: 800 }] }),
  );

const creditOf = async (customerId: string) =>
  (await environment.billing.statement({ customerId, currency: 'EUR' })).credit;

async function outboxOf(invoiceId: string): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const { rows } = await sql<{ body: string }>`
    select body from outbox where subject = ${invoiceId} order by position
  `.execute(environment.service.database);
  return rows.map(({ body }) => JSON.parse(body));
}

/** What each credit has paid of an invoice, the oldest credit first. */
async function usesOf(invoiceId: string): Promise<[string, number][]> {
  const { rows } = await sql<{ source: string; amount: number }>`
    select source_id as source, credit_uses.amount from credit_uses
    join credit_entries using (entry_id) join credit_entries as source on source.entry_id = source_id
    where credit_entries.invoice_id = ${invoiceId} order by source.entered_at
  `.execute(environment.service.database);
  return rows.map(({ source, amount }) => [source, amount]);
}

async function ban(customerId: string): Promise<void> {
  await sql`
    insert into customers_copy (customer_id, version, name, email, country, status)
    values (${customerId}, 2, 'Ada', 'ada@example.org', 'DE', 'banned')
  `.execute(environment.service.database);
}

/** Invoices residents for a month, each 108.00 EUR. */
async function invoiceMonth(communityId: string, customerIds: readonly string[]) {
  const { billing } = environment;
  const runId = randomUUID();
  await billing.openRun({
    ...{ runId, communityId, period: '2026-02', owner: runId, timeZone: 'UTC', dueDay: 1 },
    manager: { name: 'Mary Manager', email: 'mary@example.org' },
  });
  // A copy that is newer stays.
  await openAccounts(environment, customerIds);
  const residents = customerIds.map((customerId) => ({ customerId, charges: [rent] }));
  await billing.issueBatch({ runId, residents });
  const issued = await Promise.all(customerIds.map(async (customerId) => billing.listInvoices({ customerId })));
  return issued.map(({ invoices: [invoice] }) => invoice);
}

describe('at issue the credit of the customer', () => {
  test('pays what it can, in the transaction of the invoice, and the books and the mail are told', async () => {
    await credit('c-at-issue', 4_200);
    const invoice = await issue('at-issue', 'c-at-issue');
    expect(invoice).toMatchObject({ state: 'partly-paid', open: 6_600 });
    expect(await outboxOf('at-issue')).toMatchObject([
      { type: 'billing.invoice.created.v1', data: { amounts: { total: 10_800 } } },
      { type: 'notification.send-invoice-email.v1', data: { amounts: { total: 10_800 }, open: 6_600 } },
      {
        type: 'billing.credit.applied.v1',
        data: { number: invoice.number, customerId: 'c-at-issue', amount: { amount: 4_200, currency: 'EUR' } },
      },
    ]);
    expect(await creditOf('c-at-issue')).toBe(0);
    expect(await issue('at-issue', 'c-at-issue')).toEqual(invoice);
    expect(await outboxOf('at-issue')).toHaveLength(3);
  });

  test('that is more than the invoice pays it, and the rest pays the next one', async () => {
    await credit('c-more', 20_000);
    expect(await issue('more-1', 'c-more')).toMatchObject({ state: 'paid', open: 0 });
    expect(await issue('more-2', 'c-more')).toMatchObject({ state: 'partly-paid', open: 1_600 });
    expect(await issue('more-3', 'c-more')).toMatchObject({ state: 'open', open: 10_800 });
    const [, mail] = await outboxOf('more-3');
    expect(mail?.data).not.toHaveProperty('open');
  });

  test('is used oldest first, and each use says which credit it was', async () => {
    const [first, second, third] = [
      await credit('c-oldest', 1_000),
      await credit('c-oldest', 9_000),
      await credit('c-oldest', 5_000),
    ];
    await issue('oldest-1', 'c-oldest', 5_000);
    expect(await usesOf('oldest-1')).toEqual([
      [first, 1_000],
      [second, 4_400],
    ]);
    await issue('oldest-2', 'c-oldest', 5_000);
    expect(await usesOf('oldest-2')).toEqual([
      [second, 4_600],
      [third, 800],
    ]);
    expect(await creditOf('c-oldest')).toBe(4_200);
  });

  test('pays nothing in another currency', async () => {
    await credit('c-dollars', 4_200, 'USD');
    expect(await issue('in-euros', 'c-dollars')).toMatchObject({ state: 'open', open: 10_800 });
  });

  test('is used once by invoices that are issued at once', async () => {
    await credit('c-crowd', 15_000);
    const invoices = await Promise.all(Array.from({ length: 8 }, (_, index) => issue(`crowd-${index}`, 'c-crowd')));
    expect(invoices.reduce((sum, { open }) => sum + open, 0)).toBe(8 * 10_800 - 15_000);
    expect(await creditOf('c-crowd')).toBe(0);
  });

  test('pays the invoices of a batch, each that of its resident', async () => {
    await credit('r-rich', 20_000);
    await credit('r-some', 800);
    const [rich, some, none] = await invoiceMonth('with-credit', ['r-rich', 'r-some', 'r-none']);
    expect([rich?.open, some?.open, none?.open]).toEqual([0, 10_000, 10_800]);
    expect([await creditOf('r-rich'), await creditOf('r-some')]).toEqual([9_200, 0]);
    const told = await outboxOf(some?.invoiceId ?? '');
    expect(told.map(({ type, data }) => [type, data['open']])).toEqual([
      ['billing.invoice.created.v1', undefined],
      ['notification.send-invoice-email.v1', 10_000],
      ['billing.credit.applied.v1', undefined],
    ]);
  });

  test('is frozen when the customer is banned', async () => {
    await credit('c-frozen', 4_200);
    await ban('c-frozen');
    expect(await issue('frozen', 'c-frozen')).toMatchObject({ state: 'open', open: 10_800, held: true });
    const [invoice] = await invoiceMonth('frozen', ['c-frozen']);
    expect(invoice).toMatchObject({ state: 'open', open: 10_800, held: true });
    expect(await creditOf('c-frozen')).toBe(4_200);
  });
});

test('uses from before they were recorded are what they would have been', async () => {
  const { database } = environment.service;
  const recorded = async () =>
    (await sql`select entry_id, source_id, amount from credit_uses order by entry_id, source_id`.execute(database))
      .rows;
  const before = await recorded();
  expect(before.length).toBeGreaterThan(8);
  const migration = await readFile(path.join(migrationsOf('billing'), '0006-credit-uses.sql'), 'utf8');
  await sql`delete from credit_uses`.execute(database);
  await sql.raw(migration.slice(migration.indexOf('insert into credit_uses'))).execute(database);
  expect(await recorded()).toEqual(before);
});
