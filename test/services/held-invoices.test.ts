import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import type { IntegrationEvent } from '../../events/integration-event.ts';
import { waitUntil } from '../../parts/wait.ts';
import { billingConsumer } from '../../services/billing/consumer.ts';
import { accountBanned, accountUnbanned, userEvent } from '../../services/customers/account-events.ts';
import type { Account } from '../../services/customers/contract.ts';
import { type BillingEnvironment, draft, openAccounts, openBilling } from './billing-environment.ts';
import { rent } from './communities-environment.ts';

let environment: BillingEnvironment;

beforeAll(async () => {
  environment = await openBilling();
});

afterAll(() => environment?.service.stop());

const account = (customerId: string, version: number): Account =>
  ({ customerId, name: 'Ada Lovelace', email: 'ada@example.org', country: 'DE', status: 'active', version }) as Account;

/** Billing takes these events in one transaction, as its consumer does. */
async function take(...events: readonly IntegrationEvent[]): Promise<void> {
  const database = environment.service.database as Kysely<Record<never, never>>;
  await database
    .transaction()
    .execute(async (transaction) => billingConsumer.handleTogether?.(events as never, transaction));
}

const ban = (customerId: string, version: number) =>
  take(accountBanned(account(customerId, version), 'stolen cards', version));
const unban = (customerId: string, version: number) =>
  take(accountUnbanned(account(customerId, version), 'it was another one'));

async function outboxOf(invoiceId: string): Promise<string[]> {
  const { rows } = await sql<{ type: string }>`
    select type from outbox where subject = ${invoiceId} order by position
  `.execute(environment.service.database);
  return rows.map(({ type }) => type);
}

const created = 'billing.invoice.created.v1';
const mail = 'notification.send-invoice-email.v1';

async function openRun(communityId: string): Promise<string> {
  const runId = randomUUID();
  await environment.billing.openRun({
    ...{ runId, communityId, period: '2026-02', owner: 'tester', timeZone: 'UTC', dueDay: 1 },
    manager: { name: 'Mary Manager', email: 'mary@example.org' },
  });
  return runId;
}

const issue = (invoiceId: string, customerId: string) =>
  environment.billing.issueInvoice(draft(invoiceId, { customerId }));

describe('an invoice of a banned customer', () => {
  test('is issued and told to the books, and mailed once the ban is lifted', async () => {
    await ban('c-1', 2);
    expect(await issue('held-1', 'c-1')).toMatchObject({ held: true, state: 'open' });
    await issue('held-2', 'c-1');
    expect([await outboxOf('held-1'), await outboxOf('held-2')]).toEqual([[created], [created]]);
    await unban('c-1', 3);
    expect([await outboxOf('held-1'), await outboxOf('held-2')]).toEqual([
      [created, mail],
      [created, mail],
    ]);
  });

  test('is mailed once for ever, however often the customer is banned and unbanned', async () => {
    await issue('mailed-before', 'c-2');
    await ban('c-2', 2);
    await issue('mailed-once', 'c-2');
    for (const version of [3, 5, 7]) {
      await unban('c-2', version);
      await unban('c-2', version);
      await ban('c-2', version + 1);
    }
    expect(await outboxOf('mailed-once')).toEqual([created, mail]);
    expect(await outboxOf('mailed-before')).toEqual([created, mail]);
  });

  test('is not mailed while any newer version says that the customer is banned', async () => {
    await ban('c-3', 4);
    await issue('still-held', 'c-3');
    await unban('c-3', 3);
    await take(accountUnbanned(account('c-3', 5), 'a mistake'), accountBanned(account('c-3', 6), 'no mistake', 6));
    expect(await outboxOf('still-held')).toEqual([created]);
  });

  test('is mailed whichever event says first that the customer is not banned any more', async () => {
    await ban('c-4', 2);
    await issue('overtaken', 'c-4');
    await take(userEvent('UserChanged', account('c-4', 4)));
    expect(await outboxOf('overtaken')).toEqual([created, mail]);
    await unban('c-4', 3);
    expect(await outboxOf('overtaken')).toEqual([created, mail]);
  });

  test('is mailed with what is left to pay by then', async () => {
    await ban('c-5', 2);
    const { number } = await issue('paid-meanwhile', 'c-5');
    await environment.billing.receiveTransfer({
      ...{ paymentId: 'bank-1', account: 'DE02120300000000202051', bankReference: 'bank-1', currency: 'EUR' },
      ...{ amount: 4_000, receivedOn: '2026-02-10', remittance: number },
    });
    await unban('c-5', 3);
    const { rows } = await sql<{ body: string }>`
      select body from outbox where subject = 'paid-meanwhile' and type = ${mail}
    `.execute(environment.service.database);
    expect(rows.map(({ body }) => JSON.parse(body).data)).toMatchObject([
      { number, amounts: { total: 10_800 }, open: 6_800, lines: [{ unitPrice: 10_000 }], taxes: [{ rate: 800 }] },
    ]);
  });

  test('that is being issued while the ban is lifted is mailed', async () => {
    const { service, billing } = environment;
    // The series has a row.
    await issue('before', 'c-0');
    await ban('c-6', 2);
    const runId = await openRun('meanwhile');
    const { database } = service;
    let issuing: Promise<unknown> | undefined;
    let unbanning: Promise<unknown> | undefined;
    await database.transaction().execute(async (transaction) => {
      // The numbers are taken: the batch has seen the ban, and waits.
      await sql`select from number_series where series = 'invoice' for update`.execute(transaction);
      issuing = billing.issueBatch({ runId, residents: [{ customerId: 'c-6', charges: [rent] }] });
      expect(await waitUntil(async () => (await blocked('number_series')) === 1, { within: 10_000 })).toBe(true);
      unbanning = unban('c-6', 3);
      const isSeen = async () => (await blocked('customers_copy')) === 1 || (await isUnbanned('c-6'));
      expect(await waitUntil(isSeen, { within: 10_000 })).toBe(true);
    });
    await Promise.all([issuing, unbanning]);
    const { invoices } = await billing.listInvoices({ customerId: 'c-6' });
    expect(await outboxOf(invoices[0]?.invoiceId ?? '')).toEqual([created, mail]);
  });
});

/** How many statements about a table wait for a lock. */
async function blocked(table: string): Promise<number> {
  const { rows } = await sql`
    select from pg_stat_activity
    where application_name = current_setting('application_name') and wait_event_type = 'Lock' and query like ${`%${table}%`}
  `.execute(environment.service.database);
  return rows.length;
}

async function isUnbanned(customerId: string): Promise<boolean> {
  const { rows } = await sql`
    select from customers_copy where customer_id = ${customerId} and status = 'active'
  `.execute(environment.service.database);
  return rows.length === 1;
}

describe('a month of 10,000 residents of whom 3 fail, 20 owe nothing and 5 are banned', () => {
  const idAt = (index: number) => `m-${String(index).padStart(5, '0')}`;
  const bannedOnes = [4, 100, 2_345, 5_000, 9_998].map(idAt);
  const residentAt = (index: number) => {
    const customerId = idAt(index);
    if (index === 500) return { customerId, charges: [rent, { ...rent, currency: 'USD' as const }] };
    if (index === 999) return { customerId, charges: [{ ...rent, unitPrice: 99_999_999 }] };
    return { customerId, charges: index % 500 === 1 ? [] : [rent] };
  };

  async function invoiceAll() {
    const { billing } = environment;
    const runId = await openRun('ten-thousand');
    for (let first = 0; first < 10_000; first += 100) {
      const residents = Array.from({ length: 100 }, (_, index) => residentAt(first + index));
      await billing.issueBatch({ runId, residents });
    }
    return (await billing.closeRun({ runId, state: 'completed' })).counts;
  }

  /** Those of the month, by type: how many there are, and of how many invoices. */
  async function told() {
    const { rows } = await sql<{ type: string; count: number; invoices: number }>`
      select type, count(*) as count, count(distinct subject) as invoices
      from outbox join invoices on invoice_id = subject where community_id = 'ten-thousand' group by type order by type
    `.execute(environment.service.database);
    return rows;
  }

  test('has 9,977 invoices of which 5 are held, 9,972 mails, and each missing mail once the ban is lifted', async () => {
    const { database } = environment.service;
    const residents = Array.from({ length: 10_000 }, (_, index) => idAt(index));
    // Of one no account is known.
    await openAccounts(environment, residents.toSpliced(17, 1));
    for (const customerId of bannedOnes) await ban(customerId, 2);
    const counts = { created: 9_977, existing: 0, nothingToCharge: 20, held: 5, failed: 3, total: 10_000 };
    expect(await invoiceAll()).toEqual(counts);
    expect(await told()).toEqual([
      { type: created, count: 9_977, invoices: 9_977 },
      { type: mail, count: 9_972, invoices: 9_972 },
    ]);
    const { rows } = await sql<object>`
      select sum(total)::bigint as total, sum(net)::bigint as net, sum(tax)::bigint as tax
      from invoices where community_id = 'ten-thousand'
    `.execute(database);
    expect(rows).toEqual([{ total: 107_751_600, net: 99_770_000, tax: 7_981_600 }]);

    // Who is invoiced already is held by no run.
    expect(await invoiceAll()).toEqual({ ...counts, created: 0, existing: 9_977, held: 0 });
    const { rows: completions } = await sql<{ body: string }>`
      select body from outbox where subject = 'ten-thousand' order by position
    `.execute(database);
    expect(completions.map(({ body }) => JSON.parse(body).data)).toMatchObject([counts, { created: 0, held: 0 }]);

    for (const version of [3, 5]) {
      for (const customerId of bannedOnes) {
        await unban(customerId, version);
        await ban(customerId, version + 1);
      }
    }
    expect(await told()).toEqual([
      { type: created, count: 9_977, invoices: 9_977 },
      { type: mail, count: 9_977, invoices: 9_977 },
    ]);
  }, 120_000);
});
