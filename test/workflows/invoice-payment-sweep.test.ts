import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import {
  type InvoicePaymentInput,
  type InvoicePaymentRequest,
  invoicePaymentRequestSchema,
} from '../../workflows/invoice-payment/contract.ts';
import { invoicePaymentStatusQuery } from '../../workflows/invoice-payment/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { CheckoutEnvironment } from './environment.ts';
import { FakeServices, holdAfter, type Operation } from './fake-services.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create({ withBackOffice: true });
});

afterAll(() => environment?.close());

const total = 10_800;
const sweep = (services: FakeServices) => environment.sweep(services, { of: taskQueues.backOffice });

/** An invoice of 108.00 EUR, and a payment of it that was not asked for yet. */
function invoiced(changes: Partial<InvoicePaymentInput> = {}) {
  const services = new FakeServices();
  const { invoiceId } = services.billing.issueInvoice({
    invoiceId: `invoice-${randomUUID()}`,
    customerId: 'customer-123',
    contact: { name: 'Ada Lovelace', email: 'ada@example.org' },
    currency: 'EUR',
    lines: [{ description: 'Rent of a desk', quantity: 1, unitPrice: 10_000, taxRate: 800 }],
  });
  const paymentId = `payment-${randomUUID()}`;
  return {
    services,
    request: invoicePaymentRequestSchema.parse({ paymentId, invoiceId, paymentMethod: 'pm_card_visa', ...changes }),
  };
}

/** A payment that was terminated while the call of an operation was answered, with its effect. */
async function terminatedAfter(operation: Operation) {
  const { services, request } = invoiced();
  const { reached, goOn } = holdAfter(services, operation);
  const handle = await environment.startInvoicePayment(services, request);
  await reached;
  await handle.terminate('in a test');
  goOn();
  return { services, request };
}

const openOf = ({ billing }: FakeServices, { invoiceId }: InvoicePaymentRequest) =>
  billing.findInvoice({ invoiceId }).open;
const paymentOf = ({ billing }: FakeServices, { paymentId }: InvoicePaymentRequest) =>
  billing.payments.get(paymentId)?.payment;
const kindsOf = ({ payments }: FakeServices) => payments.movements.map(({ kind }) => kind);

describe('a sweep of payments of invoices', () => {
  test.each([
    ['claimPayment', []],
    ['authorize', ['authorized', 'voided']],
  ] as const)('gives up what a payment holds that was terminated after %s', async (operation, kinds) => {
    const { services, request } = await terminatedAfter(operation);
    expect(await sweep(services)).toEqual({
      looked: 1,
      recovered: [{ process: 'invoice-payment', id: request.paymentId, outcome: 'refused' }],
    });
    expect(paymentOf(services, request)).toMatchObject({ state: 'failed', reason: { type: 'PaymentInterrupted' } });
    expect(kindsOf(services)).toEqual(kinds);
    expect(openOf(services, request)).toBe(total);
    expect(services.published).not.toContain('PaymentReceived');
    // Nothing is claimed any more: the invoice can be paid.
    const again = { ...request, paymentId: `again-${randomUUID()}` as typeof request.paymentId };
    expect(await (await environment.startInvoicePayment(services, again)).result()).toMatchObject({
      outcome: 'completed',
    });
    expect(await sweep(services)).toEqual({ looked: 0, recovered: [] });
  });

  test('carries through a payment that was terminated after the capture: its money is taken once', async () => {
    const { services, request } = await terminatedAfter('capture');
    expect((await sweep(services)).recovered).toMatchObject([{ outcome: 'completed' }]);
    expect(paymentOf(services, request)).toMatchObject({ state: 'applied' });
    expect(openOf(services, request)).toBe(0);
    expect(kindsOf(services)).toEqual(['authorized', 'captured']);
    expect([...services.customers.balanceChanges.values()].map(({ amount }) => amount)).toEqual([-total]);
    expect(services.published.filter((name) => name === 'PaymentReceived')).toHaveLength(1);
    expect(await sweep(services)).toEqual({ looked: 0, recovered: [] });
  });

  test('gives the claim up of a payment whose money was given back at the provider before it was applied', async () => {
    const { services, request } = await terminatedAfter('capture');
    services.payments.refundAtProvider('re_all', total);
    expect((await sweep(services)).recovered).toMatchObject([{ outcome: 'refused' }]);
    expect(openOf(services, request)).toBe(total);
  });

  test('leaves alone what runs, and takes it over when that was terminated while the customer was asked', async () => {
    const { services, request } = invoiced({ paymentMethod: 'pm_card_authenticationRequired' });
    const handle = await environment.startInvoicePayment(services, request);
    const waits = async () => (await handle.query(invoicePaymentStatusQuery)).state === 'needs-action';
    expect(await waitUntil(waits, { within: 20_000 })).toBe(true);
    expect(await sweep(services)).toEqual({ looked: 1, recovered: [] });
    expect(paymentOf(services, request)?.state).toBe('claimed');

    await handle.terminate('in a test');
    expect((await sweep(services)).recovered).toMatchObject([{ outcome: 'refused' }]);
    // The customer confirms late: nothing is taken.
    services.completeChallenge();
    expect(kindsOf(services)).not.toContain('captured');
  });

  test('answers the same payment again that it was interrupted', async () => {
    const { services, request } = await terminatedAfter('authorize');
    await sweep(services);
    const again = await (await environment.startInvoicePayment(services, request)).result();
    expect(again).toMatchObject({ outcome: 'refused', reason: { type: 'PaymentInterrupted' } });
    expect(kindsOf(services)).toEqual(['authorized', 'voided']);
  });
});
