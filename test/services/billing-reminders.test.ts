import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { remindDue } from '../../services/billing/reminders.ts';
import { type BillingEnvironment, draft, openBilling } from './billing-environment.ts';

let environment: BillingEnvironment;

beforeAll(async () => {
  environment = await openBilling();
});

beforeEach(() => sql`truncate reminders`.execute(environment.service.database));

afterAll(() => environment?.service.stop());

/** An invoice that is due on the first of April 2026, the Wednesday after the clocks of Europe were put forward. */
async function due(invoiceId: string, timeZone = 'Europe/Berlin', dueDate = '2026-04-01') {
  const { database } = environment.service;
  await sql`update invoices set due_date = '2000-01-02', issue_date = '2000-01-01'`.execute(database);
  await environment.billing.issueInvoice(draft(invoiceId, { timeZone, customerId: `customer-${invoiceId}` }));
  await sql`
    update invoices set issue_date = '2026-03-01', due_date = ${dueDate} where invoice_id = ${invoiceId}
  `.execute(database);
}

const remind = (at: string, limit = 100) => remindDue(environment.service.database, limit, at);

async function reminders(invoiceId: string) {
  const { rows } = await sql<{ body: string }>`
    select body from outbox where subject = ${invoiceId} and type = 'billing.invoice.reminder-due.v1'
  `.execute(environment.service.database);
  return rows.map(({ body }) => JSON.parse(body));
}

test.each([
  // The clock was put forward on the 29th: nine o'clock is seven.
  ['Europe/Berlin', '2026-04-01', '2026-03-29T06:59:59Z', '2026-03-29T07:00:00Z'],
  // It was put back on the 25th: nine o'clock is eight again.
  ['Europe/Berlin', '2026-10-28', '2026-10-25T07:59:59Z', '2026-10-25T08:00:00Z'],
  ['America/New_York', '2026-03-11', '2026-03-08T12:59:59Z', '2026-03-08T13:00:00Z'],
  ['America/New_York', '2026-11-04', '2026-11-01T13:59:59Z', '2026-11-01T14:00:00Z'],
  // An invoice of February that was issued on 5 March, after the system was down.
  ['Europe/Berlin', '2026-03-19', '2026-03-16T07:59:59Z', '2026-03-16T08:00:00Z'],
  ['UTC', '2026-04-01', '2026-03-29T08:59:59Z', '2026-03-29T09:00:00Z'],
  // Days begin there fourteen hours before, and eleven hours after.
  ['Pacific/Kiritimati', '2026-04-01', '2026-03-28T18:59:59Z', '2026-03-28T19:00:00Z'],
  ['Pacific/Pago_Pago', '2026-04-01', '2026-03-29T19:59:59Z', '2026-03-29T20:00:00Z'],
])(
  'in %s what is due on %s is reminded of three days before, from nine o’clock on',
  async (timeZone, dueDate, before, from) => {
    const invoiceId = `zone-${timeZone.replace('/', '-')}-${dueDate}`;
    await due(invoiceId, timeZone, dueDate);
    expect(await remind(before)).toBe(0);
    expect(await remind(from)).toBe(1);
    expect(await reminders(invoiceId)).toMatchObject([
      { time: from, data: { dueDate, open: { amount: 10_800, currency: 'EUR' } } },
    ]);
  },
);

test('it is reminded of once, however often and at however many places it is looked at', async () => {
  await due('once');
  const looks = await Promise.all(Array.from({ length: 8 }, () => remind('2026-03-30T10:00:00Z')));
  expect(looks.reduce((sum, reminded) => sum + reminded, 0)).toBe(1);
  expect(await remind('2026-03-31T10:00:00Z')).toBe(0);
  expect(await reminders('once')).toHaveLength(1);
});

test('a sweep that was away for two days reminds of it once, and late; on the day that it is due it is too late', async () => {
  await due('late');
  expect(await remind('2026-03-31T12:00:00Z')).toBe(1);
  expect((await reminders('late'))[0].data.sendBefore).toBe('2026-04-01T00:00:00.000Z');
  await due('too-late');
  expect(await remind('2026-04-01T07:00:00Z')).toBe(0);
});

test('what is paid, being paid, or on hold is not reminded of', async () => {
  const { billing, service } = environment;
  await due('paid');
  await billing.claimPayment({ paymentId: 'paid-1', invoiceId: 'paid' });
  expect(await remind('2026-03-30T10:00:00Z')).toBe(0);
  await billing.applyPayment({ paymentId: 'paid-1' });
  expect(await remind('2026-03-30T10:00:00Z')).toBe(0);
  await due('held');
  await sql`
    insert into customers_copy (customer_id, version, name, email, country, status)
    values ('customer-held', 2, 'Ada', 'ada@example.org', 'DE', 'banned')
  `.execute(service.database);
  expect(await remind('2026-03-30T10:00:00Z')).toBe(0);
  await sql`update customers_copy set status = 'active'`.execute(service.database);
  expect(await remind('2026-03-30T10:00:00Z')).toBe(1);
});

test('what was paid at 08:59 is not reminded of at nine', async () => {
  await due('paid-in-time');
  expect(await remind('2026-03-29T06:59:00Z')).toBe(0);
  const { number } = await environment.billing.findInvoice({ invoiceId: 'paid-in-time' });
  await environment.billing.receiveTransfer({
    ...{ paymentId: 'in-time', account: 'DE02120300000000202051', bankReference: 'in-time', currency: 'EUR' },
    ...{ amount: 10_800, receivedOn: '2026-03-29', remittance: number },
  });
  expect(await remind('2026-03-29T07:00:00Z')).toBe(0);
  expect(await reminders('paid-in-time')).toEqual([]);
});

test('what is being claimed at the moment is left to the next sweep', async () => {
  await due('being-claimed');
  await environment.service.database.transaction().execute(async (transaction) => {
    await sql`update invoices set claimed = claimed where invoice_id = 'being-claimed'`.execute(transaction);
    expect(await remind('2026-03-29T10:00:00Z')).toBe(0);
  });
  expect(await remind('2026-03-29T11:00:00Z')).toBe(1);
});

test('what is paid in part asks for the rest', async () => {
  const { billing } = environment;
  await due('in-part');
  await billing.claimPayment({ paymentId: 'in-part-1', invoiceId: 'in-part', amount: 10_000 });
  await billing.applyPayment({ paymentId: 'in-part-1' });
  expect(await remind('2026-03-30T10:00:00Z')).toBe(1);
  expect((await reminders('in-part'))[0].data.open).toEqual({ amount: 800, currency: 'EUR' });
});

test('a batch is as large as it may be, and the next one takes the rest', async () => {
  await due('rest');
  await sql`
    update invoices set issue_date = '2026-03-01', due_date = '2026-04-01' where invoice_id in ('late', 'once')
  `.execute(environment.service.database);
  expect(await remind('2026-03-30T10:00:00Z', 2)).toBe(2);
  expect(await remind('2026-03-30T10:00:00Z', 2)).toBe(1);
});

test('over the network it reminds of what is due now', async () => {
  await due('now', 'UTC', new Date().toISOString().slice(0, 10));
  expect(await environment.billing.remindDue({})).toEqual({ reminded: 0 });
});
