import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from '@temporalio/client';
import { InvoiceClient } from '../../client/invoice-client.ts';
import { InvoicePaymentClient } from '../../client/invoice-payment-client.ts';
import { createServiceClients, type ServiceClients } from '../../client/services.ts';
import { auditWhenQuiet } from '../../ops/audit/books.ts';
import type { System } from '../../ops/system/system.ts';
import { waitUntil } from '../../parts/wait.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';
import { startShopSystem } from '../setup/shop-system.ts';
import { cli } from '../system/command-line-shop.ts';

let system: System;
let connection: Connection;
let services: ServiceClients;
let invoices: InvoiceClient;
let payments: InvoicePaymentClient;

beforeAll(async () => {
  system = await startShopSystem();
  services = createServiceClients(system.addresses);
  const temporal = await connectTemporalClient(system.addresses);
  connection = temporal.connection;
  invoices = new InvoiceClient(temporal.client, services.billing);
  payments = new InvoicePaymentClient(temporal.client, services.billing);
}, 120_000);

afterAll(async () => {
  await connection?.close();
  await system?.stop();
}, 60_000);

const customerId = 'customer-123';
const total = 10_800;
const issue = (invoiceId: string) =>
  invoices.issue({
    ...{ invoiceId, customerId, currency: 'EUR' },
    lines: [{ description: 'Desk', quantity: 1, unitPrice: 10_000, taxRate: 800 }],
  });
const stateOf = async (paymentId: string) =>
  (await services.billing.findInvoicePayment({ paymentId: paymentId as never })).state;
const isClaimed = (paymentId: string) => async () => (await stateOf(paymentId).catch(() => undefined)) === 'claimed';
const owed = async () => {
  const { balances } = await services.customers.listBalances({ customerId: customerId as never });
  return balances.find(({ currency }) => currency === 'EUR')?.amount ?? 0;
};

test('of ten cards at once on one invoice one pays it, and nine are told that a payment is pending', async () => {
  await issue('crowd');
  const ids = Array.from({ length: 10 }, (_, index) => `crowd-${index}`);
  // Whichever claims it waits for the provider until the others have been answered.
  system.kill('payments', 'SIGSTOP');
  await Promise.all(
    ids.map((paymentId) => payments.startPayment({ paymentId, invoiceId: 'crowd', paymentMethod: 'pm_card_visa' })),
  );
  const ends = ids.map((paymentId) => payments.waitForResult(paymentId));
  let answered = 0;
  for (const end of ends) end.then(() => (answered += 1)).catch(() => undefined);
  expect(await waitUntil(async () => answered === 9, { within: 60_000 })).toBe(true);
  system.kill('payments', 'SIGCONT');

  const results = await Promise.all(ends);
  expect(results.filter(({ outcome }) => outcome === 'completed')).toHaveLength(1);
  expect(results.filter(({ reason }) => reason?.type === 'PaymentPending')).toHaveLength(9);
  expect(await services.billing.findInvoice({ invoiceId: 'crowd' as never })).toMatchObject({ state: 'paid', open: 0 });
}, 120_000);

test('the customers service is killed in the middle of a payment: it is paid, the balance follows, and no invoice is issued to whom nobody can ask for', async () => {
  await issue('paid-without');
  expect(await waitUntil(async () => (await owed()) === total, { within: 30_000 })).toBe(true);
  system.kill('payments', 'SIGSTOP');
  const paymentId = 'paid-without-1';
  await payments.startPayment({ paymentId, invoiceId: 'paid-without', paymentMethod: 'pm_card_visa' });
  expect(await waitUntil(isClaimed(paymentId), { within: 30_000 })).toBe(true);
  system.kill('customers');
  await system.stopRole('customers');
  system.kill('payments', 'SIGCONT');

  const create = ['invoice', 'create', '--customer', customerId, '--line', 'Desk;1;100.00;8', '--id', 'unasked'];
  const environment = { ...system.addresses };
  const unasked = await cli(create, '', environment);
  expect(unasked.exitCode).toBe(1);
  expect(unasked.stderr).toMatch(/^error: Unavailable: /);
  await expect(services.billing.findInvoice({ invoiceId: 'unasked' as never })).rejects.toMatchObject({
    type: 'InvoiceNotFound',
  });
  expect(await payments.waitForResult(paymentId)).toMatchObject({ outcome: 'completed' });
  expect(await stateOf(paymentId)).toBe('applied');

  await system.start('customers');
  expect(await waitUntil(async () => (await owed()) === 0, { within: 60_000 })).toBe(true);
  // The circuit to the customers service may be open for a while still: the same invoice is asked for again.
  const isIssued = async () => (await cli(create, '', environment)).exitCode === 0;
  expect(await waitUntil(isIssued, { within: 90_000 })).toBe(true);
  const { invoices: issued } = await services.billing.listInvoices({ customerId: customerId as never });
  expect(issued.map(({ number }) => number)).toEqual(['INV-000003', 'INV-000002', 'INV-000001']);

  const audit = await auditWhenQuiet(system.addresses['DATABASE_URL'] ?? '', 60_000);
  expect(audit.filter(({ holds }) => !holds)).toEqual([]);
}, 300_000);
