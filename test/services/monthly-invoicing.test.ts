import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { addDays, dayOfMonth, laterOf } from '../../contracts/calendar.ts';
import type { InputOf } from '../../platform/http/contract.ts';
import type { billingContract } from '../../services/billing/contract.ts';
import { ada, type BillingEnvironment, draft, openAccounts, openBilling } from './billing-environment.ts';
import { rent } from './communities-environment.ts';

type Operations = (typeof billingContract)['operations'];
type Resident = InputOf<Operations['issueBatch']>['residents'][number];

let environment: BillingEnvironment;

beforeAll(async () => {
  environment = await openBilling();
  const numbered = ['c-1', 'c-2', 'r-1', 'r-2', 'lodger', 'payer'];
  const lettered = ['b-two-currencies', 'c-too-much', 'd-free', 'e-fine'];
  const beside = Array.from({ length: 100 }, (_, index) => `n-${Math.floor(index / 20)}-${index % 20}`);
  await openAccounts(environment, [...numbered, ...lettered, ...beside]);
});

afterAll(() => environment?.service.stop());

const period = '2026-02';
const runOf = (communityId: string, change: Partial<InputOf<Operations['openRun']>> = {}) => ({
  ...{ runId: randomUUID() as string, communityId, period, owner: `monthly-invoicing/${communityId}/${period}` },
  ...{ timeZone: 'Europe/Berlin', dueDay: 31, manager: { name: 'Mary Manager', email: 'mary@example.org' } },
  ...change,
});
const resident = (customerId: string, change: Partial<Resident> = {}): Resident => ({
  ...{ customerId, charges: [rent] },
  ...change,
});

async function numbersOf(communityId: string): Promise<number[]> {
  const { rows } = await sql<{ number: number }>`
    select number from invoices where community_id = ${communityId} order by number
  `.execute(environment.service.database);
  return rows.map(({ number }) => number);
}

async function completions(communityId: string): Promise<object[]> {
  const { rows } = await sql<{ body: string }>`
    select body from outbox where subject = ${communityId} and type = 'billing.monthly-invoicing.completed.v1'
  `.execute(environment.service.database);
  return rows.map(({ body }) => JSON.parse(body).data);
}

describe('a run', () => {
  test('is the only one of its month that is open, until it is closed', async () => {
    const { billing } = environment;
    const first = runOf('one-run', { owner: 'somebody' });
    expect(await billing.openRun(first)).toMatchObject({ runId: first.runId, state: 'open', counts: { total: 0 } });
    const second = runOf('one-run', { owner: 'somebody-else' });
    await expect(billing.openRun(second)).rejects.toMatchObject({ type: 'RunInProgress' });
    expect(await billing.openRun(runOf('one-run', { period: '2026-01' }))).toMatchObject({ state: 'open' });
    await billing.closeRun({ runId: first.runId, state: 'completed' });
    expect(await billing.openRun(second)).toMatchObject({ runId: second.runId, state: 'open' });
  });

  test('that was cancelled before it was opened is not opened by a call that comes late', async () => {
    const { billing } = environment;
    const late = runOf('late');
    await expect(billing.closeRun({ runId: late.runId, state: 'cancelled' })).rejects.toMatchObject({
      type: 'NotFound',
    });
    await expect(billing.openRun(late)).rejects.toMatchObject({ type: 'InvalidState' });
    // The month is free for a run that was not cancelled.
    expect(await billing.openRun(runOf('late', { owner: 'another' }))).toMatchObject({ state: 'open' });
  });

  test('is never left open where it is opened and cancelled at once', async () => {
    const { billing, service } = environment;
    const runs = Array.from({ length: 20 }, (_, index) => runOf(`at-once-${index}`));
    await Promise.allSettled(
      runs.flatMap((run) => [billing.openRun(run), billing.closeRun({ runId: run.runId, state: 'cancelled' })]),
    );
    const { rows } = await sql`
      select from invoicing_runs where community_id like 'at-once-%' and state = 'open'
    `.execute(service.database);
    expect(rows).toHaveLength(0);
  });

  test('is opened once however often, also when several are opened at once', async () => {
    const { billing } = environment;
    const run = runOf('opened-twice');
    const [one, other] = await Promise.all([billing.openRun(run), billing.openRun(run)]);
    expect(other).toEqual(one);
    await expect(billing.openRun({ ...run, period: '2026-01' })).rejects.toMatchObject({ type: 'IdempotencyConflict' });
    const racing = await Promise.allSettled(
      Array.from({ length: 5 }, (_, index) => billing.openRun(runOf('raced', { owner: `owner-${index}` }))),
    );
    expect(racing.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('that was interrupted is taken over by its owner, and takes no batch any more', async () => {
    const { billing } = environment;
    const first = runOf('interrupted');
    await billing.openRun(first);
    await billing.issueBatch({ runId: first.runId, residents: [resident('c-1')] });
    const second = runOf('interrupted');
    await billing.openRun(second);
    await expect(billing.issueBatch({ runId: first.runId, residents: [resident('c-2')] })).rejects.toMatchObject({
      type: 'InvalidState',
    });
    const residents = [resident('c-1'), resident('c-2')];
    expect(await billing.issueBatch({ runId: second.runId, residents })).toMatchObject({ created: 1, existing: 1 });
    expect(await completions('interrupted')).toEqual([]);
  });

  test('does not begin before its month, in the time zone of the community', async () => {
    const { rows } = await sql<{ east: string }>`
      select to_char(now() at time zone 'Pacific/Kiritimati' + interval '1 month', 'YYYY-MM') as east
    `.execute(environment.service.database);
    const run = runOf('early', { period: rows[0]?.east ?? '', timeZone: 'Pacific/Kiritimati' });
    await expect(environment.billing.openRun(run)).rejects.toMatchObject({ type: 'PeriodNotBegun' });
  });

  test('is told once when it is completed, with what its rows come to, and not when it is cancelled', async () => {
    const { billing } = environment;
    const run = runOf('told');
    await billing.openRun(run);
    await billing.issueBatch({ runId: run.runId, residents: [resident('c-1'), resident('c-2', { charges: [] })] });
    const close = () => billing.closeRun({ runId: run.runId, state: 'completed' });
    const [one, other] = await Promise.all([close(), close()]);
    expect(other).toEqual(one);
    const counts = { created: 1, existing: 0, nothingToCharge: 1, held: 0, failed: 0, total: 2 };
    expect(one).toMatchObject({ state: 'completed', counts });
    expect(await completions('told')).toEqual([{ communityId: 'told', period, manager: run.manager, ...counts }]);
    const cancelled = runOf('told');
    await billing.openRun(cancelled);
    await billing.closeRun({ runId: cancelled.runId, state: 'cancelled' });
    expect(await completions('told')).toHaveLength(1);
    expect(await billing.findLastRun({ communityId: 'told', period })).toMatchObject({
      ...{ runId: cancelled.runId, state: 'cancelled' },
    });
  });

  test('that there is not is not found', async () => {
    const { billing } = environment;
    const absent = { type: 'NotFound' };
    await expect(billing.findLastRun({ communityId: 'never', period })).rejects.toMatchObject(absent);
    await expect(billing.closeRun({ runId: 'never', state: 'completed' })).rejects.toMatchObject(absent);
    await expect(billing.issueBatch({ runId: 'never', residents: [resident('c-1')] })).rejects.toMatchObject(absent);
  });
});

describe('a batch', () => {
  test('issues the invoices of a month, with what follows from them', async () => {
    const { billing, service } = environment;
    const run = runOf('issued', { dueDay: 15 });
    await billing.openRun(run);
    await billing.issueBatch({
      runId: run.runId,
      residents: [resident('lodger', { charges: [rent, { ...rent, description: 'Heating', unitPrice: 2_500 }] })],
    });
    const { invoices } = await billing.listInvoices({ customerId: 'lodger' });
    const [listed] = invoices;
    const invoice = await billing.findInvoice({ invoiceId: listed?.invoiceId ?? '' });
    expect(invoice).toMatchObject({
      ...{ customerId: 'lodger', contact: ada, state: 'open', timeZone: 'Europe/Berlin' },
      amounts: { currency: 'EUR', net: 12_500, tax: 1_000, total: 13_500 },
      lines: [
        { description: 'Rent', quantity: 1 },
        { description: 'Heating', quantity: 1 },
      ],
      dueDate: laterOf(dayOfMonth(period, 15), addDays(invoice.issueDate, 14)),
    });
    const { rows } = await sql<{ body: string }>`
      select body from outbox where subject = ${invoice.invoiceId} order by position
    `.execute(service.database);
    const [created, mail, ...others] = rows.map(({ body }) => JSON.parse(body));
    expect([created.type, mail.type, others]).toEqual([
      ...['billing.invoice.created.v1', 'notification.send-invoice-email.v1', []],
    ]);
    expect(created.data).toMatchObject({ community: 'issued', customerId: 'lodger' });
  });

  test('is due on the clamped day of a month that has not passed by', async () => {
    const { billing } = environment;
    const { rows } = await sql<{ month: string; today: string }>`
      select to_char(now(), 'YYYY-MM') as month, now()::date::text as today
    `.execute(environment.service.database);
    const { month = '', today = '' } = rows[0] ?? {};
    const run = runOf('due', { period: month, timeZone: 'UTC' });
    await billing.openRun(run);
    await billing.issueBatch({ runId: run.runId, residents: [resident('payer')] });
    const { invoices } = await billing.listInvoices({ customerId: 'payer' });
    expect(invoices[0]?.dueDate).toBe(laterOf(dayOfMonth(month, 31), addDays(today, 14)));
  });

  test('answers the same again when its answer was lost, and issues nothing twice', async () => {
    const { billing } = environment;
    const run = runOf('repeated');
    await billing.openRun(run);
    const residents = [resident('r-1'), resident('r-2', { charges: [] })];
    const batch = () => billing.issueBatch({ runId: run.runId, residents });
    const answers = [...(await Promise.all([batch(), batch()])), await batch()];
    for (const answer of answers)
      expect(answer).toEqual({ created: 1, existing: 0, nothingToCharge: 1, held: 0, failed: 0 });
    expect(await numbersOf('repeated')).toHaveLength(1);
  });

  test('goes on when residents cannot be invoiced, and says why', async () => {
    const { billing } = environment;
    const run = runOf('failing');
    await billing.openRun(run);
    const residents = [
      resident('a-unknown'),
      resident('b-two-currencies', { charges: [rent, { ...rent, currency: 'USD' }] }),
      resident('c-too-much', { charges: [{ ...rent, unitPrice: 99_999_999 }] }),
      resident('d-free', { charges: [{ ...rent, unitPrice: 0 }] }),
      resident('e-fine'),
    ];
    const answer = await billing.issueBatch({ runId: run.runId, residents });
    expect(answer).toEqual({ created: 1, existing: 0, nothingToCharge: 1, held: 0, failed: 3 });
    const { failures } = await billing.listRunFailures({ runId: run.runId });
    expect(failures.map(({ customerId, reason }) => [customerId, reason.type])).toEqual([
      ['a-unknown', 'CustomerNotFound'],
      ['b-two-currencies', 'CurrencyMismatch'],
      ['c-too-much', 'InvalidRequest'],
    ]);
    const next = await billing.listRunFailures({ runId: run.runId, after: 'a-unknown', limit: 1 });
    expect(next.failures).toEqual(failures.slice(1, 2));
  });

  test('takes its numbers from the series of all invoices, beside those that are issued one by one', async () => {
    const { billing, service } = environment;
    const run = runOf('beside');
    await billing.openRun(run);
    const batches = Array.from({ length: 5 }, (_, batch) =>
      billing.issueBatch({
        runId: run.runId,
        residents: Array.from({ length: 20 }, (__, index) => resident(`n-${batch}-${index}`)),
      }),
    );
    const alone = Array.from({ length: 20 }, (_, index) => billing.issueInvoice(draft(`alone-${index}`)));
    await Promise.all([...batches, ...alone]);
    const { rows } = await sql<{ gaps: number }>`
      select max(number) - count(*) as gaps from invoices
    `.execute(service.database);
    expect(rows).toEqual([{ gaps: 0 }]);
    expect(await numbersOf('beside')).toHaveLength(100);
  });
});

test('1,000 residents of whom 3 fail and 20 owe nothing: the next run issues what was mended, under the next numbers', async () => {
  const { billing } = environment;
  const idOf = (index: number) => `m-${String(index).padStart(4, '0')}`;
  // The copy of the accounts lags: one that was opened moments ago is not in it yet.
  const ids = Array.from({ length: 1_000 }, (_, index) => idOf(index));
  await openAccounts(environment, ids.toSpliced(17, 1));
  const failing = new Map<number, Partial<Resident>>([
    [500, { charges: [rent, { ...rent, currency: 'USD' }] }],
    [999, { charges: [{ ...rent, unitPrice: 99_999_999 }] }],
  ]);
  const residentAt = (index: number, isMended: boolean): Resident => {
    const customerId = idOf(index);
    if (index % 50 === 1) return resident(customerId, { charges: [] });
    return resident(customerId, isMended ? {} : failing.get(index));
  };
  const invoiceAll = async (isMended: boolean) => {
    const run = runOf('thousand');
    await billing.openRun(run);
    for (let first = 0; first < 1_000; first += 100) {
      const residents = Array.from({ length: 100 }, (_, index) => residentAt(first + index, isMended));
      await billing.issueBatch({ runId: run.runId, residents });
    }
    return (await billing.closeRun({ runId: run.runId, state: 'completed' })).counts;
  };
  const { rows } = await sql<{ base: number }>`
    select coalesce(max(number), 0) as base from invoices
  `.execute(environment.service.database);
  const base = rows[0]?.base ?? 0;
  expect(await invoiceAll(false)).toEqual({
    created: 977,
    existing: 0,
    nothingToCharge: 20,
    held: 0,
    failed: 3,
    total: 1_000,
  });
  const numbers = await numbersOf('thousand');
  expect(numbers).toEqual(Array.from({ length: 977 }, (_, index) => base + 1 + index));
  expect(await invoiceAll(false)).toEqual({
    created: 0,
    existing: 977,
    nothingToCharge: 20,
    held: 0,
    failed: 3,
    total: 1_000,
  });
  await openAccounts(environment, [idOf(17)]);
  expect(await invoiceAll(true)).toEqual({
    created: 3,
    existing: 977,
    nothingToCharge: 20,
    held: 0,
    failed: 0,
    total: 1_000,
  });
  expect((await numbersOf('thousand')).slice(977)).toEqual([978, 979, 980].map((place) => base + place));
}, 60_000);
