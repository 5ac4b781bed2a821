import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { addDays } from '../../contracts/calendar.ts';
import { type BillingEnvironment, draft, openBilling } from './billing-environment.ts';

let environment: BillingEnvironment;

beforeAll(async () => {
  environment = await openBilling();
});

afterAll(() => environment?.service.stop());

const today = () => new Date().toISOString().slice(0, 10);

async function outboxOf(invoiceId: string): Promise<string[]> {
  const { rows } = await sql<{ type: string }>`
    select type from outbox where subject = ${invoiceId} order by position
  `.execute(environment.service.database);
  return rows.map(({ type }) => type);
}

async function numbers(): Promise<number[]> {
  const { rows } = await sql<{ number: number }>`
    select number from invoices order by number
  `.execute(environment.service.database);
  return rows.map(({ number }) => number);
}

describe('an invoice', () => {
  test('has its number, its totals and its dates, and is told to the books and the mails', async () => {
    const { billing } = environment;
    const issued = await billing.issueInvoice(draft('first'));
    expect(issued).toMatchObject({
      number: expect.stringMatching(/^INV-\d{6}$/),
      state: 'open',
      amounts: { currency: 'EUR', net: 10_000, tax: 800, total: 10_800 },
      open: 10_800,
      taxes: [{ rate: 800, net: 10_000, tax: 800 }],
      issueDate: today(),
      dueDate: addDays(today(), 30),
    });
    expect(await billing.findInvoice({ invoiceId: 'first' })).toEqual(issued);
    expect(await outboxOf('first')).toEqual(['billing.invoice.created.v1', 'notification.send-invoice-email.v1']);
  });

  test('of no run says nothing of a community', async () => {
    const { billing, service } = environment;
    await billing.issueInvoice(draft('of-no-run'));
    const { rows } = await sql<{ body: string }>`
      select body from outbox where subject = 'of-no-run' and type = 'billing.invoice.created.v1'
    `.execute(service.database);
    expect(rows.map(({ body }) => 'community' in JSON.parse(body).data)).toEqual([false]);
  });

  test('is one however often it is issued, one after the other and at once', async () => {
    const { billing } = environment;
    const [one, other] = await Promise.all([billing.issueInvoice(draft('same')), billing.issueInvoice(draft('same'))]);
    const again = await billing.issueInvoice(draft('same', { contact: { name: 'Ada King', email: 'a@example.org' } }));
    expect(other).toEqual(one);
    expect(again).toEqual(one);
    expect(await outboxOf('same')).toHaveLength(2);
  });

  test('is a conflict with other content, whichever part differs', async () => {
    const { billing } = environment;
    await billing.issueInvoice(draft('taken'));
    const [line] = draft('taken').lines;
    const others = [
      { customerId: 'c-2' },
      { currency: 'USD' as const },
      { lines: [{ ...line, unitPrice: 10_001 } as never] },
      { paymentDays: 14 },
      { timeZone: 'Europe/Berlin' },
      { dueDate: '2199-12-31' },
    ];
    for (const change of others) {
      await expect(billing.issueInvoice(draft('taken', change))).rejects.toMatchObject({
        type: 'IdempotencyConflict',
        detail: { field: 'invoiceId' },
      });
      const { contact: _, ...content } = draft('taken', change);
      await expect(billing.recallInvoice(content)).rejects.toMatchObject({ type: 'IdempotencyConflict' });
    }
  });

  test('is recalled, and an id that was never used is told so', async () => {
    const { billing } = environment;
    const issued = await billing.issueInvoice(draft('recalled'));
    const { contact: _, ...content } = draft('recalled');
    expect(await billing.recallInvoice(content)).toEqual({ invoice: issued });
    expect(await billing.recallInvoice({ ...content, invoiceId: 'never' })).toEqual({});
    await expect(billing.findInvoice({ invoiceId: 'never' })).rejects.toMatchObject({ type: 'InvoiceNotFound' });
  });

  test('is issued on the day that its time zone has', async () => {
    const { billing } = environment;
    const [east, west] = await Promise.all(
      ['Pacific/Kiritimati', 'Pacific/Pago_Pago'].map((timeZone, index) =>
        billing.issueInvoice(draft(`zone-${index}`, { timeZone })),
      ),
    );
    const dayIn = (timeZone: string) =>
      new Intl.DateTimeFormat('sv', { timeZone }).format(Date.parse(east?.issuedAt ?? ''));
    expect(east?.issueDate).toBe(dayIn('Pacific/Kiritimati'));
    expect(west?.issueDate).toBe(dayIn('Pacific/Pago_Pago'));
    // 25 hours lie between the two.
    expect(east?.issueDate).not.toBe(west?.issueDate);
  });

  test('is listed by customer and state, the newest first', async () => {
    const { billing } = environment;
    await billing.issueInvoice(draft('listed-1', { customerId: 'lister' }));
    await billing.issueInvoice(draft('listed-2', { customerId: 'lister' }));
    const { invoices } = await billing.listInvoices({ customerId: 'lister', state: 'open' });
    expect(invoices.map(({ invoiceId }) => invoiceId)).toEqual(['listed-2', 'listed-1']);
    expect(await billing.listInvoices({ customerId: 'lister', state: 'paid' })).toEqual({ invoices: [] });
  });
});

describe('what is no invoice', () => {
  const line = { description: 'Desk', quantity: 1, unitPrice: 100, taxRate: 0 };
  test.each([
    ['no lines', { lines: [] }, 'lines'],
    ['a quantity of 0', { lines: [{ ...line, quantity: 0 }] }, 'lines.0.quantity'],
    ['half a piece', { lines: [{ ...line, quantity: 0.5 }] }, 'lines.0.quantity'],
    ['a huge quantity', { lines: [{ ...line, quantity: 1_000_001 }] }, 'lines.0.quantity'],
    ['a negative price', { lines: [{ ...line, unitPrice: -1 }] }, 'lines.0.unitPrice'],
    ['a rate over 100 %', { lines: [{ ...line, taxRate: 10_001 }] }, 'lines.0.taxRate'],
    ['no description', { lines: [{ ...line, description: ' ' }] }, 'lines.0.description'],
    ['nothing to pay', { lines: [{ ...line, unitPrice: 0 }] }, 'lines'],
    ['more than a payment can carry', { lines: [{ ...line, quantity: 1_000_000 }] }, 'lines'],
    ['a date before its issue', { dueDate: '2020-01-31' }, 'dueDate'],
    ['a day that does not exist', { dueDate: '2027-02-30' }, 'dueDate'],
    ['a zone that does not exist', { timeZone: 'Europe/Bonn' }, 'timeZone'],
    ['another currency', { currency: 'XYZ' }, 'currency'],
  ])('%s is refused by its field, and takes no number', async (_, change, field) => {
    const before = await numbers();
    await expect(environment.billing.issueInvoice(draft('wrong', change as never))).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field },
    });
    expect(await numbers()).toEqual(before);
  });
});

test('200 at once, some of whose transactions are killed, have numbers without a gap', async () => {
  const { billing, service } = environment;
  const issueAll = () =>
    Promise.allSettled(Array.from({ length: 200 }, (_, index) => billing.issueInvoice(draft(`crowd-${index}`))));
  let isOver = false;
  const first = issueAll().finally(() => {
    isOver = true;
  });
  let killed = 0;
  while (killed < 10 && !isOver) killed += await killOne(service.database);
  const lost = (await first).filter(({ status }) => status === 'rejected').length;
  expect(killed).toBe(10);
  expect(lost).toBeGreaterThan(0);
  const withoutGap = async () => {
    const all = await numbers();
    expect(all).toEqual(Array.from({ length: all.length }, (_, index) => index + 1));
  };
  await withoutGap();
  // Those whose answer was lost are issued by the same call again, each once.
  expect((await issueAll()).filter(({ status }) => status === 'rejected')).toEqual([]);
  await withoutGap();
  const { rows } = await sql<{ count: number }>`
    select count(*)::int from invoices where invoice_id like 'crowd-%'
  `.execute(service.database);
  expect(rows).toEqual([{ count: 200 }]);
}, 60_000);

/** @returns how many transactions of this service were killed: one that holds or waits for a number, or none */
async function killOne(database: BillingEnvironment['service']['database']): Promise<number> {
  const { rows } = await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = current_setting('application_name') and pid <> pg_backend_pid() and query like '%number_series%'
      and state <> 'idle' limit 1
  `.execute(database);
  return rows.length;
}
