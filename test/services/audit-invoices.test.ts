import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CommunityId, CustomerId, InvoicingRunId } from '../../contracts/identifiers.ts';
import { issueBatch } from '../../services/billing/batches.ts';
import { remindDue } from '../../services/billing/reminders.ts';
import { closeRun, openRun } from '../../services/billing/runs.ts';
import { importCommunity, importResidents } from '../../services/communities/store.ts';
import type { Shop } from './audit-shop.ts';
import { AuditedShop } from './audited-shop.ts';
import { rent } from './communities-environment.ts';

const communityId = 'oak-court' as CommunityId;
const manager = { name: 'Mary Manager', email: 'mary@example.org' };
const runId = 'run-1' as InvoicingRunId;

/** Two who have an invoice, one who owes nothing, one who failed. */
const residents = [
  { customerId: 'payer' as CustomerId, charges: [rent] },
  { customerId: 'other' as CustomerId, charges: [rent] },
  { customerId: 'guest' as CustomerId, charges: [] },
  { customerId: 'stranger' as CustomerId, charges: [rent] },
];

/** Noon, three days before the invoices are due. */
const sweep = '2026-03-29T12:00:00Z';
const invoiceOf = (customerId: string) =>
  `(select invoice_id from billing.invoices where customer_id = '${customerId}')`;

async function fill(shop: Shop): Promise<void> {
  const communities = shop.of('communities');
  const billing = shop.of('billing');
  await importCommunity(communities, {
    ...{ communityId, timeZone: 'Europe/Berlin', billingDay: 1, dueDay: 1, manager },
  });
  const living = residents.map((resident) => ({ ...resident, movedIn: '2025-01-01' }));
  await importResidents(communities, communityId, living);
  await openRun(billing, {
    ...{ runId, communityId, period: '2026-03', owner: 'tester', timeZone: 'Europe/Berlin', dueDay: 1, manager },
  });
  await shop.run(`
    insert into billing.customers_copy (customer_id, version, name, email, country, status, copied_at)
    select id, 1, 'Ada', 'ada@example.org', 'DE', 'active', '2026-01-01'
    from unnest(array['payer', 'other', 'guest']) as account (id)`);
  await issueBatch(billing, { runId, residents });
  await closeRun(billing, { runId, state: 'completed' });
  await shop.run(`
    update billing.invoices set issue_date = '2026-03-01', issued_at = '2026-03-01T06:00:00Z', due_date = '2026-04-01'`);
  if ((await remindDue(billing, 100, sweep)) !== 2) throw new Error('two invoices are to be reminded of');
}

let audited: AuditedShop;

beforeAll(async () => {
  audited = await AuditedShop.create(fill);
});

afterAll(() => audited?.close());

const leftOut = 'invoicing: billable residents whom the run of their month left out = 0';
const otherInvoices =
  'invoicing: residents but failed and nothing to charge without an invoice, or others with one = 0';
const ofNoRun = 'invoicing: invoices of a month that no run has issued, or more than one = 0';
const runsUnderWay = 'invoicing: runs under way = 0';
const besideDays = 'invoices: reminders beside the three days before they are due = 0';
const ofSettled = 'invoices: reminders of what was settled, claimed or on hold = 0';
const passedOver = 'invoices: passed over by a sweep that was to remind of them = 0';

/** That no journal and no mail has come is the other equations' to say, and so is the copy of accounts that there are not. */
const own = [leftOut, otherInvoices, ofNoRun, runsUnderWay, besideDays, ofSettled, passedOver];

async function found(plant: (shop: Shop) => Promise<unknown>): Promise<string[]> {
  return (await audited.brokenAfter(plant)).filter((name) => own.includes(name));
}

const payment = (paymentId: string, method: 'card' | 'transfer', state: string, times: string) => `
  with payment as (
    insert into billing.payments (
      payment_id, method, state, currency, amount, account, bank_reference, received_on, created_at, ended_at
    ) select '${paymentId}', '${method}', '${state}', 'EUR', 10800, ${
      method === 'transfer' ? `'DE02', '${paymentId}', '2026-03-10'::date` : 'null, null, null::date'
    }, ${times}
    returning payment_id
  ) insert into billing.allocations (payment_id, invoice_id, amount)
  select payment_id, ${invoiceOf('payer')}, 10800 from payment`;

describe('the audit of invoices', () => {
  test('finds nothing where everything is right', async () => {
    expect(await found(async () => undefined)).toEqual([]);
  });

  test('leaves to the next run who was added, or mended, after this one', async () => {
    expect(
      await found(async (shop) => {
        const later = [{ customerId: 'late' as CustomerId, movedIn: '2025-01-01', charges: [rent] }];
        await importResidents(shop.of('communities'), communityId, later);
        await shop.run(`update communities.residents set updated_at = now() where customer_id = 'stranger'`);
      }),
    ).toEqual([]);
  });

  test('asks nothing of a month whose newest run was cancelled', async () => {
    expect(
      await found(async (shop) => {
        const again = { runId: 'run-2' as InvoicingRunId, communityId, period: '2026-03', owner: 'tester' };
        await openRun(shop.of('billing'), { ...again, timeZone: 'Europe/Berlin', dueDay: 1, manager });
        await closeRun(shop.of('billing'), { runId: again.runId, state: 'cancelled' });
      }),
    ).toEqual([]);
  });

  test.each<[string, string, string[]]>([
    [
      'a resident whom the run never looked at',
      `insert into communities.residents (community_id, customer_id, moved_in, charges, updated_at)
       values ('oak-court', 'forgotten', '2026-03-01', '[]', '2026-01-01')`,
      [leftOut],
    ],
    [
      'a resident who failed, and whose row is lost',
      `delete from billing.run_residents where customer_id = 'stranger'`,
      [leftOut],
    ],
    [
      'a resident who is said to have an invoice that there is not',
      `update billing.run_residents set outcome = 'existing', invoice_id = ${invoiceOf('payer')}
       where customer_id = 'guest'`,
      [otherInvoices],
    ],
    [
      'an invoice of a resident who is said to owe nothing',
      `update billing.run_residents set outcome = 'nothing-to-charge', invoice_id = null where customer_id = 'payer'`,
      [otherInvoices, ofNoRun],
    ],
    [
      'an invoice of the month that no run has issued',
      `update billing.run_residents set outcome = 'existing' where customer_id = 'payer'`,
      [ofNoRun],
    ],
    [
      'a reminder on the day on which the invoice is due',
      `update billing.reminders set reminded_at = '2026-04-01T12:00:00Z' where invoice_id = ${invoiceOf('payer')}`,
      [besideDays],
    ],
    [
      'a reminder four days before',
      `update billing.reminders set reminded_at = '2026-03-28T12:00:00Z' where invoice_id = ${invoiceOf('payer')}`,
      [besideDays],
    ],
    [
      'a reminder before nine o’clock',
      `update billing.reminders set reminded_at = '2026-03-30T06:59:59Z' where invoice_id = ${invoiceOf('payer')}`,
      [besideDays],
    ],
    [
      'a reminder of an invoice that was paid',
      payment('p-1', 'transfer', 'applied', `'2026-03-10'::timestamptz, '2026-03-10'::timestamptz`),
      [ofSettled],
    ],
    [
      'a reminder of an invoice that was being paid by card',
      payment('p-1', 'card', 'applied', `'2026-03-29T11:00:00Z'::timestamptz, '2026-03-29T13:00:00Z'::timestamptz`),
      [ofSettled],
    ],
    [
      'a reminder of an invoice that was on hold',
      `update billing.customers_copy set status = 'banned', copied_at = '2026-03-10' where customer_id = 'payer'`,
      [ofSettled],
    ],
    [
      'a run that was never closed',
      `insert into billing.invoicing_runs (
         run_id, community_id, period, owner, time_zone, due_day, manager_name, manager_email
       ) values ('open', '${communityId}', '2026-02', 'tester', 'Europe/Berlin', 1, 'Mary', 'mary@example.org')`,
      [runsUnderWay],
    ],
    [
      'an invoice that a sweep has passed over',
      `delete from billing.reminders where invoice_id = ${invoiceOf('payer')}`,
      [passedOver],
    ],
  ])('finds %s', async (_, fault, expected) => {
    expect((await found((shop) => shop.run(fault))).sort()).toEqual(expected.toSorted());
  });

  test.each<[string, string]>([
    [
      'that was paid after its reminder',
      payment('p-1', 'transfer', 'applied', `'2026-03-29'::timestamptz, '2026-03-30T12:00:00Z'::timestamptz`),
    ],
    [
      'whose customer was banned after its reminder',
      `update billing.customers_copy set status = 'banned', copied_at = now()`,
    ],
  ])('finds nothing wrong with an invoice %s', async (_, change) => {
    expect(await found((shop) => shop.run(change))).toEqual([]);
  });

  test('holds no sweep for having passed over an invoice that was being paid, on hold, or not issued yet', async () => {
    const excuses = [
      payment('p-1', 'card', 'applied', `'2026-03-29T11:00:00Z'::timestamptz, '2026-03-29T13:00:00Z'::timestamptz`),
      `update billing.customers_copy set status = 'banned' where customer_id = 'payer'`,
      `update billing.invoices set issued_at = '2026-03-29T12:30:00Z' where customer_id = 'payer'`,
    ];
    for (const excuse of excuses) {
      const names = await found(async (shop) => {
        await shop.run(`delete from billing.reminders where invoice_id = ${invoiceOf('payer')}`);
        await shop.run(excuse);
      });
      expect([excuse, names]).toEqual([excuse, []]);
    }
  });
});
