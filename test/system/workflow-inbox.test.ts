import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client, Connection } from '@temporalio/client';
import { defineSignal } from '@temporalio/workflow';
import { pino } from 'pino';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import { InvoicePaymentClient } from '../../client/invoice-payment-client.ts';
import { type Addresses, createServiceClients, type ServiceClients } from '../../client/services.ts';
import { cart } from '../../demo/shop.ts';
import type { EventName } from '../../events/contracts/index.ts';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { BrokerConnection } from '../../messaging/connection/connection.ts';
import { toMessage } from '../../messaging/publishing/outgoing-message.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import { waitUntil } from '../../parts/wait.ts';
import { checkoutConsumers } from '../../workers/checkout-messages.ts';
import { WorkflowInbox } from '../../workers/workflow-inbox.ts';
import type { CheckoutInput } from '../../workflows/checkout/contract.ts';
import { checkoutWorkflowId } from '../../workflows/checkout/messages.ts';
import { identityOf, openClients } from '../clients.ts';
import { cli } from './command-line-shop.ts';

let services: ServiceClients;
let checkouts: CheckoutClient;
let client: Client;
let connection: Connection;
let broker: BrokerConnection;
let publisher: Publisher;

beforeAll(async () => {
  ({ services, temporal: client, connection, checkouts } = await openClients());
  const logger = pino({ level: 'silent' });
  broker = new BrokerConnection({
    url: process.env['STOREFRONT_AMQP_URL'] ?? '',
    name: 'test',
    logger,
    topology: standardTopology,
    declares: false,
  });
  await broker.open();
  publisher = new Publisher(broker);
});

afterAll(async () => {
  await publisher?.close();
  await broker?.close();
  await connection?.close();
});

/** A message from a sender of its own, about a checkout or an account. */
function message<Name extends EventName>(name: Name, subject: string, data: unknown, sequence = 1) {
  const origin = `test/${subject}/${randomUUID()}`;
  const time = new Date().toISOString();
  const envelope = { origin, causationId: origin, correlationId: subject, subject, sequence, time };
  return createEvent({ ...envelope, name, data } as never) as IntegrationEvent<Name>;
}

const ofCheckout = (name: 'PlaceOrder' | 'CheckoutRequested', input: CheckoutInput) =>
  message(name, input.checkoutId, input);

async function customer(): Promise<string> {
  const customerId = `customer-${randomUUID()}`;
  const known = { customerId, name: 'Grace', email: 'grace@example.org', country: 'US', status: 'active' as const };
  await services.customers.importCustomers({ customers: [known] });
  return customerId;
}

/** Bans as an import does, of which no message tells. */
const banQuietly = (customerId: string) =>
  services.customers.importCustomers({
    customers: [{ customerId, name: 'Grace', email: 'grace@example.org', country: 'US', status: 'banned' }],
  });

const newCart = (more: Partial<CheckoutInput> = {}) => cart(`inbox-${randomUUID()}`, more);
const waiting = (customerId: string) => newCart({ customerId, paymentMethod: 'pm_card_authenticationRequired' });
const state = async (checkoutId: string) => (await checkouts.status(checkoutId)).state;
const outcome = async (checkoutId: string) => {
  const isStarted = () => checkouts.status(checkoutId).then(Boolean, () => false);
  expect(await waitUntil(isStarted, { within: 30_000 })).toBe(true);
  return (await checkouts.waitForResult(checkoutId)).outcome;
};

const starts = async (workflowId: string) => {
  let count = 0;
  for await (const _ of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) count += 1;
  return count;
};

/** The handlers alone, without the table that drops repetitions before them. */
function handlersOnly() {
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const consumers = checkoutConsumers(new WorkflowInbox(client, logger), services.orders, services.customers);
  const handle = async (event: IntegrationEvent) => {
    const consumer = consumers.find(({ events }) => (events as readonly string[]).includes(event.name));
    await consumer?.handle(event, undefined as never);
  };
  return { handle, lines };
}

describe.each(['PlaceOrder', 'CheckoutRequested'] as const)('%s', (name) => {
  test('starts a checkout, which is the same when it is placed otherwise', async () => {
    const input = newCart();
    await publisher.publish([ofCheckout(name, input)]);
    expect(await outcome(input.checkoutId)).toBe('completed');
    expect(await checkouts.startCheckout(input)).toMatchObject({ answer: 'accepted' });
    expect(await starts(checkoutWorkflowId(input.checkoutId))).toBe(1);
  });

  test('starts it though its sender writes null for what is absent', async () => {
    const input = newCart();
    const message = toMessage(ofCheckout(name, input), standardTopology);
    const body = JSON.parse(message.content.toString('utf8'));
    const data = { ...body.data, acceptedTotal: null, onDecline: null };

    await publisher.send({ ...message, content: Buffer.from(JSON.stringify({ ...body, data, dataschema: null })) });

    expect(await outcome(input.checkoutId)).toBe('completed');
    // Without the nulls it is the same request.
    expect(await checkouts.startCheckout(input)).toMatchObject({ answer: 'accepted' });
  });

  test('starts it once, however often it comes, at once and after the end', async () => {
    const input = newCart();
    const first = ofCheckout(name, input);
    const again = Array.from({ length: 10 }, () => ofCheckout(name, input));
    await publisher.publish([...Array.from({ length: 10 }, () => first), ...again]);
    expect(await outcome(input.checkoutId)).toBe('completed');

    const { handle } = handlersOnly();
    await Promise.all([first, first, ...again].map(handle));
    const { purchases } = await services.customers.listPurchases({ customerId: input.customerId as never });
    expect(purchases.filter(({ orderId }) => orderId === input.checkoutId)).toHaveLength(1);
    await expect(handle(ofCheckout(name, { ...input, country: 'GB' }))).rejects.toMatchObject({
      type: 'IdempotencyConflict',
    });
  });
});

describe('a ban', () => {
  test("cancels the customer's open checkouts and no other's, and refuses new ones", async () => {
    const [banned, other] = [await customer(), await customer()];
    const open = [waiting(banned), waiting(banned), waiting(other)];
    for (const input of open) expect(await checkouts.startCheckout(input)).toMatchObject({ answer: 'needs-action' });
    const completed = newCart({ customerId: banned });
    await checkouts.startCheckout(completed);
    await checkouts.waitForResult(completed.checkoutId);

    const ban = { customerId: banned, reason: 'stolen cards' };
    expect(await services.customers.banCustomer(ban)).toMatchObject({ status: 'banned' });
    expect(await services.customers.banCustomer(ban)).toMatchObject({ status: 'banned' });

    const [first, second, others] = open as [CheckoutInput, CheckoutInput, CheckoutInput];
    expect(await outcome(first.checkoutId)).toBe('cancelled');
    expect(await outcome(second.checkoutId)).toBe('cancelled');
    expect(await state(others.checkoutId)).toBe('needs-action');
    expect(await state(completed.checkoutId)).toBe('completed');
    const late = await checkouts.startCheckout(newCart({ customerId: banned }));
    expect(late).toMatchObject({ answer: 'refused', reason: { type: 'CustomerBanned' } });
    await checkouts.cancel(others.checkoutId);
  });

  test('cancels a payment of an invoice that waits for its bank, and nothing is captured', async () => {
    const customerId = await customer();
    const invoiceId = `invoice-${randomUUID()}`;
    const worker = createServiceClients({ ...process.env, ...identityOf('back-office-worker') } as Addresses);
    await worker.billing.issueInvoice({
      ...{ invoiceId, customerId, contact: { name: 'Grace', email: 'grace@example.org' }, currency: 'EUR' },
      lines: [{ description: 'Desk', quantity: 1, unitPrice: 10_000, taxRate: 800 }],
    });
    const payments = new InvoicePaymentClient(client, services.billing);
    const paymentId = `payment-${randomUUID()}`;
    await payments.startPayment({ paymentId, invoiceId, paymentMethod: 'pm_card_authenticationRequired' });
    const isWaiting = async () => (await payments.status(paymentId)).state === 'needs-action';
    expect(await waitUntil(isWaiting, { within: 20_000 })).toBe(true);

    await services.customers.banCustomer({ customerId, reason: 'stolen cards' });

    expect((await payments.waitForResult(paymentId)).outcome).toBe('cancelled');
    expect(await services.billing.findInvoicePayment({ paymentId })).toMatchObject({ state: 'failed' });
    const isHeld = async () => (await services.billing.findInvoice({ invoiceId })).held;
    expect(await waitUntil(isHeld, { within: 20_000 })).toBe(true);
    expect(await services.billing.findInvoice({ invoiceId })).toMatchObject({ state: 'open', open: 10_800 });
  });

  test('is asked for on the command line, with a reason', async () => {
    const customerId = await customer();
    const input = waiting(customerId);
    await checkouts.startCheckout(input);
    expect(await cli(['ban', customerId])).toMatchObject({ exitCode: 2 });
    const answer = await cli(['ban', customerId, '--reason', 'stolen cards', '--json']);
    expect(JSON.parse(answer.stdout)).toMatchObject({ customerId, status: 'banned' });
    expect(await outcome(input.checkoutId)).toBe('cancelled');
    expect((await cli(['ban', 'unknown', '--reason', 'x'])).stderr).toMatch(/^error: CustomerNotFound: /);
  });

  test('that comes again, also after the end, cancels nothing a second time', async () => {
    const customerId = await customer();
    const input = waiting(customerId);
    await checkouts.startCheckout(input);
    const { handle, lines } = handlersOnly();
    await banQuietly(customerId);
    const ban = message('AccountBanned', customerId, { customerId, reason: 'stolen cards' });
    await Promise.all([handle(ban), handle(ban)]);
    expect(await outcome(input.checkoutId)).toBe('cancelled');
    await handle(ban);
    const { events = [] } = await client.workflow.getHandle(checkoutWorkflowId(input.checkoutId)).fetchHistory();
    const cancels = events?.filter(
      ({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) =>
        accepted?.acceptedRequest?.input?.name === 'cancel',
    );
    expect(cancels).toHaveLength(1);
    expect(lines.join('')).toContain('a message has updated a workflow');
  });

  test('that comes after it was lifted cancels nothing of what was placed since', async () => {
    const customerId = await customer();
    await services.customers.banCustomer({ customerId, reason: 'stolen cards' });
    await services.customers.unbanCustomer({ customerId, reason: 'those of another customer' });
    const input = waiting(customerId);
    expect(await checkouts.startCheckout(input)).toMatchObject({ answer: 'needs-action' });
    const { handle, lines } = handlersOnly();
    const isListed = async () => (await starts(checkoutWorkflowId(input.checkoutId))) === 1;
    expect(await waitUntil(isListed, { within: 20_000 })).toBe(true);

    await handle(message('AccountBanned', customerId, { customerId, reason: 'stolen cards', version: 2 }));

    expect(lines.join('')).toContain('a message is about what is not so any more');
    expect(await state(input.checkoutId)).toBe('needs-action');
    await checkouts.cancel(input.checkoutId);
  });

  test('leaves a checkout alone that is past its pivot', async () => {
    const customerId = await customer();
    const input = newCart({ customerId, paymentMethod: 'pm_fault_capture_then_hang' });
    expect(await checkouts.startCheckout(input)).toMatchObject({ answer: 'accepted' });
    const { handle, lines } = handlersOnly();
    const isListed = async () => (await starts(checkoutWorkflowId(input.checkoutId))) === 1;
    expect(await waitUntil(isListed, { within: 20_000 })).toBe(true);
    expect(await state(input.checkoutId)).toBe('running');
    await banQuietly(customerId);

    await handle(message('AccountBanned', customerId, { customerId, reason: 'stolen cards' }));

    expect(lines.join('')).toContain('a workflow has nothing to do with a message any more');
    expect(await outcome(input.checkoutId)).toBe('completed');
  });
});

describe('without a worker', () => {
  const nowhere = async () => {
    const workflowId = `nowhere/${randomUUID()}`;
    const handle = await client.workflow.start('nothing', { workflowId, taskQueue: `without-workers-${randomUUID()}` });
    return { workflowId, handle };
  };
  const inbox = () => new WorkflowInbox(client, pino({ level: 'silent' }));
  const ban = () =>
    message('AccountBanned', 'customer-unserved', { customerId: 'customer-unserved', reason: 'stolen cards' });

  test('a signal arrives once, however often its message comes', async () => {
    const { workflowId, handle } = await nowhere();
    const toldOf = defineSignal<[string]>('toldOf');
    const signal = inbox().signal<'AccountBanned', [string]>(
      toldOf,
      () => ({ workflowId }),
      ({ data }) => [data.customerId],
    );
    const [first, second] = [ban(), ban()];
    for (const event of [first, first, second, first]) await signal(event);
    const { events = [] } = await handle.fetchHistory();
    const signals = events?.flatMap(({ workflowExecutionSignaledEventAttributes: told }) => (told ? [told] : []));
    expect(signals?.map(({ signalName }) => signalName)).toEqual(['toldOf', 'toldOf']);
    await handle.terminate();
    await signal(ban());
    const never = inbox().signal<'AccountBanned', []>(
      defineSignal('toldOf'),
      () => ({ workflowId: 'never' }),
      () => [],
    );
    await expect(never(ban())).rejects.toMatchObject({ type: 'NotFound' });
  });

  test('an update says so, and is tried again with the next delivery', async () => {
    const { workflowId, handle } = await nowhere();
    const update = inbox().update(
      { type: 'update', name: 'cancel' } as never,
      () => ({ workflowId }),
      () => [],
    );
    await expect(update(ban())).rejects.toMatchObject({ type: 'DeadlineExceeded' });
    await handle.terminate();
    await update(ban());
  });
});
