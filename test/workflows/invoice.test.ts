import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InvoiceId } from '../../contracts/identifiers.ts';
import { type InvoiceInput, type InvoiceRequest, invoiceRequestSchema } from '../../workflows/invoice/contract.ts';
import { invoiceStatusQuery, invoiceWorkflow } from '../../workflows/invoice/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { CheckoutEnvironment } from './environment.ts';
import { FakeServices, holdAfter, type Operation, refuse } from './fake-services.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create({ withBackOffice: true });
});

afterAll(() => environment?.close());

const invoiceRequest = (changes: Partial<InvoiceInput> = {}): InvoiceRequest =>
  invoiceRequestSchema.parse({
    invoiceId: `invoice-${randomUUID()}`,
    customerId: 'customer-123',
    currency: 'EUR',
    lines: [{ description: 'Rent of a desk', quantity: 1, unitPrice: 10_000, taxRate: 800 }],
    ...changes,
  });

test('validates the customer, then issues the invoice', async () => {
  const services = new FakeServices();
  const request = invoiceRequest();
  const result = await (await environment.startInvoice(services, request)).result();
  expect(result).toMatchObject({
    invoiceId: request.invoiceId,
    outcome: 'completed',
    number: 'INV-000001',
    invoiceAmounts: { currency: 'EUR', net: 10_000, tax: 800, total: 10_800 },
    undone: [],
  });
  expect(services.calls).toEqual(['recallInvoice', 'findCustomer', 'issueInvoice']);
  const { contact } = services.billing.findInvoice(request);
  expect(contact).toEqual({ name: 'Ada Lovelace', email: 'ada@example.org' });
});

describe('refuses, and issues nothing,', () => {
  test('when the customer is banned', async () => {
    const services = new FakeServices();
    services.customerStatus = 'banned';
    const result = await (await environment.startInvoice(services, invoiceRequest())).result();
    expect(result).toMatchObject({ outcome: 'refused', reason: { type: 'CustomerBanned' } });
    expect(services.billing.invoices.size).toBe(0);
  });

  test('when the customer is unknown', async () => {
    const services = new FakeServices();
    services.interfere('findCustomer', { before: refuse('CustomerNotFound') });
    const result = await (await environment.startInvoice(services, invoiceRequest())).result();
    expect(result).toMatchObject({ outcome: 'refused', reason: { type: 'CustomerNotFound' } });
    expect(services.calls).not.toContain('issueInvoice');
  });

  test.each<[string, unknown, string]>([
    ['a request that is none', undefined, 'invoiceId'],
    ['no lines', { ...invoiceRequest(), lines: [] }, 'lines'],
    ['a customer that is a number', { ...invoiceRequest(), customerId: 7 }, 'customerId'],
  ])('%s, which a bare Temporal client can send', async (_, request, field) => {
    const services = new FakeServices();
    const handle = await environment.startProviderProcess<{ reason: object }>(
      services,
      invoiceWorkflow,
      `bare/${randomUUID()}`,
      request as object,
      { taskQueue: taskQueues.backOffice },
    );
    const ids = Object(request) as { invoiceId?: string };
    environment.share(services, [`invoice/${ids.invoiceId}`]);
    expect(await handle.result()).toMatchObject({ reason: { type: 'InvalidRequest', field } });
    expect(services.calls).toEqual([]);
  });
});

test('the customers are asked four times, 2, 4 and 8 seconds apart; then it has failed, and no number is used', async () => {
  const services = new FakeServices();
  services.interfere('findCustomer', { before: refuse('Unavailable') });
  const handle = await environment.startInvoice(services, invoiceRequest());
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'Unavailable' } });
  expect(services.callers.filter(({ operation }) => operation === 'findCustomer')).toHaveLength(4);
  const { startTime, closeTime } = await handle.describe();
  expect(Math.floor(((closeTime?.getTime() ?? 0) - startTime.getTime()) / 1_000)).toBe(2 + 4 + 8);
  expect(services.billing.invoices.size).toBe(0);
});

describe('a call whose answer was lost', () => {
  test.each<Operation>(['recallInvoice', 'findCustomer', 'issueInvoice'])(
    '%s is made again, and issues one invoice',
    async (operation) => {
      const services = new FakeServices();
      services.interfere(operation, { after: (attempt) => (attempt === 1 ? refuse('DeadlineExceeded')() : undefined) });
      const result = await (await environment.startInvoice(services, invoiceRequest())).result();
      expect(result).toMatchObject({ outcome: 'completed', number: 'INV-000001' });
      expect(services.billing.invoices.size).toBe(1);
    },
  );
});

describe('run again under its id', () => {
  test('it tells the invoice as it was issued, whatever the customer is by now', async () => {
    const services = new FakeServices();
    const request = invoiceRequest();
    const result = await (await environment.startInvoice(services, request)).result();
    services.customerStatus = 'banned';
    expect(await (await environment.startInvoice(services, request)).result()).toEqual(result);
    expect(services.billing.invoices.size).toBe(1);
  });

  test('with other content it is a conflict', async () => {
    const services = new FakeServices();
    const request = invoiceRequest();
    await (await environment.startInvoice(services, request)).result();
    const other = await environment.startInvoice(services, { ...request, paymentDays: 7 });
    await expect(other.result()).rejects.toMatchObject({ cause: { type: 'IdempotencyConflict' } });
  });

  test('under a strange id its own one does the work', async () => {
    const services = new FakeServices();
    const request = invoiceRequest();
    const handle = await environment.startInvoice(services, request, { workflowId: `strange/${randomUUID()}` });
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
    expect(
      await environment.client.workflow.getHandle(`invoice/${request.invoiceId}`).query(invoiceStatusQuery),
    ).toMatchObject({
      invoiceId: request.invoiceId as InvoiceId,
      state: 'completed',
      number: 'INV-000001',
    });
  });
});

describe('cancelled in Temporal', () => {
  test('before it is issued, it ends so', async () => {
    const services = new FakeServices();
    const found = holdAfter(services, 'findCustomer');
    const handle = await environment.startInvoice(services, invoiceRequest());
    await found.reached;
    await handle.cancel();
    await handle.query(invoiceStatusQuery);
    found.goOn();
    await expect(handle.result()).rejects.toMatchObject({ message: expect.stringContaining('cancelled') });
    expect(services.billing.invoices.size).toBe(0);
  });

  test('while it is recalled, an invoice that an earlier run has issued is told as issued', async () => {
    const services = new FakeServices();
    const request = invoiceRequest();
    const result = await (await environment.startInvoice(services, request)).result();
    const recalled = holdAfter(services, 'recallInvoice');
    const handle = await environment.startInvoice(services, request);
    await recalled.reached;
    await handle.cancel();
    await handle.query(invoiceStatusQuery);
    recalled.goOn();
    expect(await handle.result()).toEqual(result);
  });

  test('while it is issued, it is issued', async () => {
    const services = new FakeServices();
    const issuing = holdAfter(services, 'issueInvoice');
    const handle = await environment.startInvoice(services, invoiceRequest());
    await issuing.reached;
    await handle.cancel();
    issuing.goOn();
    expect(await handle.result()).toMatchObject({ outcome: 'completed', number: 'INV-000001' });
  });
});
