import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client, Connection } from '@temporalio/client';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import type { RefundClient } from '../../client/refund-client.ts';
import type { ServiceClients } from '../../client/services.ts';
import { SweepClient } from '../../client/sweep-client.ts';
import { cart } from '../../demo/shop.ts';
import type { Movement } from '../../doubles/payment-simulator/truth.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { CheckoutInput, CheckoutRequest, CheckoutResult } from '../../workflows/checkout/contract.ts';
import { checkoutWorkflow, checkoutWorkflowId } from '../../workflows/checkout/messages.ts';
import { refundWorkflowId } from '../../workflows/refund/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { openClients } from '../clients.ts';
import { forget, reset } from './temporal-means.ts';

/** What people do to workflows in the Web UI and with Temporal's own tools, on the real server and the real services. */
let services: ServiceClients;
let checkouts: CheckoutClient;
let refunds: RefundClient;
let temporal: Client;
let connection: Connection;

beforeAll(async () => {
  ({ services, temporal, connection, checkouts, refunds } = await openClients());
});

afterAll(() => connection?.close());

const input = (changes: Partial<CheckoutInput> = {}): CheckoutInput =>
  ({ ...cart(`identity-${randomUUID()}`), ...changes }) as CheckoutInput;

/** What must not change: the order with its refunds, the money, the journals and the mails. */
async function left(checkoutId: string) {
  const { refunds, ...order } = await services.orders.findOrder({ orderId: checkoutId });
  const { journals } = await services.ledger.listJournals({ subject: `order/${checkoutId}` });
  const { mails } = await services.mailSink.listMails({ checkoutId });
  const money = (await movements()).filter(({ paymentId }) => paymentId?.startsWith(checkoutId));
  return { order, refunds: refunds.length, money, journals: journals.length, mails: mails.length };
}

async function movements(): Promise<Movement[]> {
  const response = await fetch(`${process.env['PAYMENT_PROVIDER_URL']}/admin/movements`);
  return ((await response.json()) as { movements: Movement[] }).movements;
}

async function completed(request: CheckoutInput) {
  const answer = await checkouts.startCheckout(request);
  await checkouts.waitForResult(request.checkoutId);
  const before = await waitFor(
    () => left(request.checkoutId),
    ({ journals, mails }) => journals === 1 && mails === 1,
  );
  return { answer, before };
}

async function waitFor<Value>(read: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  let value = await read();
  const isReached = await waitUntil(
    async () => {
      value = await read();
      return holds(value);
    },
    { within: 30_000 },
  );
  if (!isReached) throw new Error(`not reached: ${JSON.stringify(value)}`);
  return value;
}

const startBare = (workflowId: string, request: CheckoutInput) =>
  temporal.workflow.start<(request: CheckoutRequest) => Promise<CheckoutResult>>(checkoutWorkflow, {
    workflowId,
    taskQueue: taskQueues.checkout,
    args: [request as CheckoutRequest],
  });

describe('a completed checkout', () => {
  test('that Temporal has forgotten is the same order and answer, by our client and by a bare one', async () => {
    const request = input();
    const workflowId = checkoutWorkflowId(request.checkoutId);
    const { answer, before } = await completed(request);
    expect(await forget(temporal, workflowId)).toBe(true);
    expect(await checkouts.startCheckout(request)).toEqual(answer);
    expect(await checkouts.waitForResult(request.checkoutId)).toMatchObject({ outcome: 'completed' });
    await expect(checkouts.startCheckout({ ...request, currency: 'EUR' })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
    });

    for (const id of [workflowId, `stranger/${request.checkoutId}`]) {
      expect(await (await startBare(id, request)).result()).toMatchObject({ outcome: 'completed' });
    }
    expect(await left(request.checkoutId)).toEqual(before);
  });

  test('that is reset to its first task stays as it is', async () => {
    const request = input();
    const workflowId = checkoutWorkflowId(request.checkoutId);
    const { before } = await completed(request);
    await reset(temporal, workflowId);
    expect(await checkouts.waitForResult(request.checkoutId)).toMatchObject({ outcome: 'completed' });
    expect(await left(request.checkoutId)).toEqual(before);
  });

  test('is refunded once, whether Temporal has forgotten the refund or not', async () => {
    const request = input();
    await completed(request);
    const refund = { refundId: `r-${request.checkoutId}`, orderId: request.checkoutId, reason: 'too small' };
    await refunds.startRefund(refund);
    const result = await refunds.waitForResult(refund.refundId);
    expect(result.outcome).toBe('completed');
    const before = await waitFor(
      () => left(request.checkoutId),
      ({ journals, mails }) => journals === 2 && mails === 2,
    );
    expect(await forget(temporal, refundWorkflowId(refund.refundId))).toBe(true);
    await refunds.startRefund(refund);
    expect(await refunds.waitForResult(refund.refundId)).toEqual(result);
    await expect(refunds.startRefund({ ...refund, reason: 'other' })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
    });
    expect(await left(request.checkoutId)).toEqual(before);
  });
});

describe('a checkout of nothing', () => {
  test('is completed without a payment and without a journal, and again is the same', async () => {
    const sku = `free-${randomUUID()}`;
    await services.catalog.importProducts({ products: [{ sku, name: 'a sample', prices: { USD: 0 } }] });
    await services.inventory.receiveStock({ receiptId: sku, lines: [{ sku, quantity: 1 }] });
    const request = input({ lines: [{ sku, quantity: 1 }], acceptedTotal: 0 });
    const answer = await checkouts.startCheckout(request);
    expect(answer).toMatchObject({ answer: 'accepted', amounts: { total: 0 } });
    expect(await checkouts.waitForResult(request.checkoutId)).toMatchObject({ outcome: 'completed' });
    const before = await waitFor(
      () => left(request.checkoutId),
      ({ mails }) => mails === 1,
    );
    expect(before).toMatchObject({ order: { state: 'completed' }, money: [], journals: 0 });
    expect(await checkouts.startCheckout(request)).toEqual(answer);
    await expect(
      refunds
        .startRefund({ refundId: sku, orderId: request.checkoutId, reason: 'broken' })
        .then(() => refunds.waitForResult(sku)),
    ).resolves.toMatchObject({ outcome: 'refused', reason: { type: 'RefundTooLarge' } });
  });
});

describe('a checkout that was ended or started by Temporal’s own means', () => {
  const waiting = async (changes: Partial<CheckoutInput> = {}) => {
    const request = input({ paymentMethod: 'pm_card_authenticationRequired', ...changes });
    expect(await checkouts.startCheckout(request)).toMatchObject({ answer: 'needs-action' });
    return request;
  };

  test('gives back what it holds when it was terminated, and a running one keeps it', async () => {
    const [terminated, running] = [await waiting(), await waiting()];
    await temporal.workflow.getHandle(checkoutWorkflowId(terminated.checkoutId)).terminate('in a test');
    const { recovered } = await new SweepClient(temporal).sweep({ olderThanSeconds: 0 });
    expect(recovered.map(({ id }) => id)).toContain(terminated.checkoutId);
    expect(recovered.map(({ id }) => id)).not.toContain(running.checkoutId);
    expect(await services.orders.findOrder({ orderId: terminated.checkoutId })).toMatchObject({
      state: 'cancelled',
      reason: 'CheckoutInterrupted',
    });
    expect(await services.inventory.findReservation({ reservationId: terminated.checkoutId })).toMatchObject({
      state: 'released',
    });
    expect(await services.orders.findOrder({ orderId: running.checkoutId })).toMatchObject({ state: 'pending' });
    await checkouts.cancel(running.checkoutId);
  });

  test('is found by a ban, though a bare client has started it', async () => {
    const customerId = `banned-${randomUUID()}`;
    await services.customers.importCustomers({
      customers: [{ customerId, name: 'Eve', email: 'eve@example.org', country: 'US', status: 'active' }],
    });
    const request = input({ customerId, paymentMethod: 'pm_card_authenticationRequired' });
    await startBare(checkoutWorkflowId(request.checkoutId), request);
    await waitFor(
      () => checkouts.list({ state: 'needs-action' }),
      (rows) => rows.some((row) => row.checkoutId === request.checkoutId && row.customerId === customerId),
    );
    await services.customers.banCustomer({ customerId, reason: 'stolen cards' });
    expect(await checkouts.waitForResult(request.checkoutId)).toMatchObject({ outcome: 'cancelled' });
  });
});
