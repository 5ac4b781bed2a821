import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client, Connection } from '@temporalio/client';
import { type Kysely, sql } from 'kysely';
import type { ServiceClients } from '../../client/services.ts';
import { waitUntil } from '../../parts/wait.ts';
import { openDatabase } from '../../platform/database.ts';
import { monthIn } from '../../platform/zoned-time.ts';
import { openClients } from '../clients.ts';
import { cli } from './command-line-shop.ts';

let services: ServiceClients;
let temporal: Client;
let connection: Connection;
let billing: Kysely<unknown>;
let folder: string;

beforeAll(async () => {
  ({ services, temporal, connection } = await openClients());
  billing = openDatabase({ url: process.env['DATABASE_URL'] ?? '', schema: 'billing', connections: 1 });
  folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await billing?.destroy();
  await connection?.close();
});

async function file(content: unknown): Promise<string> {
  const name = path.join(folder, `${randomUUID()}.json`);
  await writeFile(name, JSON.stringify(content));
  return name;
}

async function json<Answer>(...parameters: string[]): Promise<Answer> {
  const { exitCode, stdout, stderr } = await cli([...parameters, '--json']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout) as Answer;
}

const rent = { description: 'Rent', unitPrice: 10_000, taxRate: 800, currency: 'EUR' };

/** Where the mails of all residents go. */
const residentsOf = (run: string) => `residents-of-${run}@example.org`;

/** Waits for billing's copy of the accounts, which is a moment behind the customers service. */
async function awaitAccounts(customerIds: readonly string[]): Promise<void> {
  const isKnown = async () => {
    const { rows } = await sql<{ known: number }>`
      select count(*) as known from customers_copy where customer_id = any(${customerIds}::text[])
    `.execute(billing);
    return rows[0]?.known === customerIds.length;
  };
  expect(await waitUntil(isKnown, { within: 60_000 })).toBe(true);
}

/** A community with residents who are customers, but for one. */
async function community(run: string, residents: number) {
  const idOf = (index: number) => `${run}-${String(index).padStart(4, '0')}`;
  const ids = Array.from({ length: residents }, (_, index) => idOf(index));
  const manager = { name: 'Mary Manager', email: `${run}@example.org` };
  const email = residentsOf(run);
  const customers = ids.map((customerId) => ({ customerId, name: 'Ada', email, country: 'DE' }));
  const chargesOf = (index: number) => {
    if (index === 1) return [rent, { ...rent, currency: 'USD' }];
    if (index === 2) return [{ ...rent, unitPrice: 99_999_999 }];
    return index % 50 === 3 ? [] : [rent];
  };
  const living = ids.map((customerId, index) => ({ customerId, movedIn: '2025-01-01', charges: chargesOf(index) }));
  const imported = await json<object>(
    'import',
    ...['--customers', await file(customers.slice(1))],
    ...[
      '--communities',
      await file([{ communityId: run, timeZone: 'Europe/Berlin', billingDay: 1, dueDay: 31, manager }]),
    ],
    ...['--residents', await file({ communityId: run, residents: living })],
  );
  expect(imported).toMatchObject({ communities: 1, residents });
  await awaitAccounts(ids.slice(1));
  return { ids, manager, customers, living };
}

const thisMonth = () => monthIn('Europe/Berlin', new Date());

async function numberOf(customerId: string): Promise<number> {
  const { invoices } = await services.billing.listInvoices({ customerId });
  expect(invoices).toHaveLength(1);
  return Number(invoices[0]?.number.slice('INV-'.length));
}

describe('1,000 residents', () => {
  const run = `oak-${randomUUID().slice(0, 8)}`;
  const month = `${run}/${thisMonth()}`;

  test('are invoiced once, the manager is told, and those who failed are invoiced once they are mended', async () => {
    const { ids, manager, customers, living } = await community(run, 1_000);

    const first = await json<object>('invoicing', 'run', month);
    expect(first).toMatchObject({
      ...{ outcome: 'completed', created: 977, existing: 0, nothingToCharge: 20, failed: 3, total: 1_000 },
    });
    const { failures } = await json<{ failures: { reason: { type: string } }[] }>('invoicing', 'failures', month);
    expect(failures.map(({ reason }) => reason.type)).toEqual([
      'CustomerNotFound',
      'CurrencyMismatch',
      'InvalidRequest',
    ]);
    expect(await json('invoicing', 'status', month)).toMatchObject({ state: 'completed', created: 977 });
    const numbers = [await numberOf(ids[4] ?? ''), await numberOf(ids[999] ?? '')];
    expect((numbers[1] ?? 0) - (numbers[0] ?? 0)).toBe(976);

    expect(await json('invoicing', 'run', month)).toMatchObject({ created: 0, existing: 977, failed: 3 });

    const mended = living.slice(0, 3).map((resident) => ({ ...resident, charges: [rent] }));
    await json(
      'import',
      ...['--customers', await file([{ ...customers[0], customerId: ids[0] }])],
      ...['--residents', await file({ communityId: run, residents: mended })],
    );
    await awaitAccounts(ids.slice(0, 1));
    expect(await json('invoicing', 'run', month)).toMatchObject({ created: 3, existing: 977, failed: 0 });
    const next = await Promise.all(ids.slice(0, 3).map(numberOf));
    expect(next).toEqual([1, 2, 3].map((place) => (numbers[1] ?? 0) + place));

    const told = async () => (await services.mailSink.listMails({ to: manager.email })).mails;
    await waitUntil(async () => (await told()).length === 3, { within: 60_000 });
    expect((await told()).map(({ subject }) => subject)).toEqual(
      Array(3).fill(`The invoices of ${run} for ${thisMonth()}`),
    );

    // Other tests of this system would wait behind them.
    const mailed = async () => (await services.mailSink.listMails({ to: residentsOf(run), limit: 10_000 })).mails;
    await waitUntil(async () => (await mailed()).length >= 980, { within: 120_000, every: 1_000 });
    const subjects = (await mailed()).map(({ subject }) => subject);
    expect([subjects.length, new Set(subjects).size]).toEqual([980, 980]);
  }, 240_000);
});

describe('the schedule of a community', () => {
  const run = `elm-${randomUUID().slice(0, 8)}`;
  const scheduleId = `monthly-invoicing/${run}`;

  test('is made once, and invoices the month in which it was meant to, also afterwards', async () => {
    await community(run, 5);
    const scheduled = { scheduleId, communityId: run, timeZone: 'Europe/Berlin', billingDay: 1 };
    expect(await json('invoicing', 'schedule', run)).toEqual(scheduled);
    expect(await json('invoicing', 'schedule', run)).toEqual(scheduled);
    const schedule = temporal.schedule.getHandle(scheduleId);
    const { spec, policies } = await schedule.describe();
    expect(spec).toMatchObject({
      timezone: 'Europe/Berlin',
      calendars: [{ dayOfMonth: [{ start: 1 }], hour: [{ start: 6 }] }],
    });
    expect(policies).toMatchObject({ overlap: 'BUFFER_ALL', catchupWindow: 62 * 86_400_000 });

    // From the evening of 31 January to 1 March 06:00 in Berlin: two months.
    const backfill = { start: new Date('2026-01-31T20:00:00Z'), end: new Date('2026-03-01T05:00:00Z') };
    await schedule.backfill({ ...backfill, overlap: 'BUFFER_ALL' });
    await schedule.backfill({ ...backfill, overlap: 'BUFFER_ALL' });
    const last = async (period: string) =>
      services.billing.findLastRun({ communityId: run, period }).catch(() => undefined);
    await waitUntil(async () => (await last('2026-03'))?.state === 'completed', { within: 60_000 });
    const issued = { created: 1, existing: 0, nothingToCharge: 1, failed: 3, total: 5 };
    expect(await last('2026-02')).toMatchObject({ state: 'completed', counts: issued });
    expect(await last('2026-03')).toMatchObject({ state: 'completed', counts: issued });
    expect(await last('2026-01')).toBeUndefined();
    await schedule.delete();
  });
});

describe('the command line', () => {
  test.each<[string, string[], string]>([
    ['a community that there is not', ['schedule', 'nowhere'], 'UnknownCommunity'],
    ['a month that there is not', ['run', 'oak-court/2026-13'], 'InvalidRequest'],
    ['a month that was never invoiced', ['failures', 'nowhere/2026-01'], 'NotFound'],
    ['to pause what does not run', ['pause', 'nowhere/2026-01', '--note', 'no'], 'NotFound'],
  ])('refuses %s', async (_, parameters, type) => {
    const { exitCode, stderr } = await cli(['invoicing', ...parameters]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(type) });
  });
});
