import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client, Connection } from '@temporalio/client';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import { ProviderClient } from '../../client/provider-client.ts';
import type { RefundClient } from '../../client/refund-client.ts';
import { dailyReconciliation, ensureSchedules } from '../../client/schedules.ts';
import type { ServiceClients } from '../../client/services.ts';
import { cart } from '../../demo/shop.ts';
import { waitUntil } from '../../parts/wait.ts';
import { disputeWorkflowId } from '../../workflows/dispute/messages.ts';
import { providerRefundWorkflowId } from '../../workflows/provider-refund/messages.ts';
import { openClients } from '../clients.ts';
import { cli } from './command-line-shop.ts';

let services: ServiceClients;
let checkouts: CheckoutClient;
let refunds: RefundClient;
let temporal: Client;
let connection: Connection;
let provider: ProviderClient;

beforeAll(async () => {
  ({ services, connection, checkouts, refunds, temporal } = await openClients());
  provider = new ProviderClient(temporal);
});

afterAll(async () => {
  await atProvider('DELETE', 'admin/webhook_faults');
  await connection?.close();
});

async function atProvider<Answer = { id: string }>(method: string, path: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${process.env['PAYMENT_PROVIDER_URL']}/${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Answer;
}

/** What a person does at the dashboard of the provider to the first payment of an order. */
const dashboard = (orderId: string, action: string, body: object = {}) =>
  atProvider('POST', `dashboard/payments/${orderId}-1/${action}`, body);

/** Two pieces for 59.98 USD, completed. */
async function completedOrder(): Promise<string> {
  const { checkoutId } = await placed();
  expect((await checkouts.waitForResult(checkoutId)).outcome).toBe('completed');
  return checkoutId;
}

async function placed(more: Parameters<typeof cart>[1] = {}) {
  const input = cart(`provider-${randomUUID()}`, { lines: [{ sku: 'product-1', quantity: 2 }], ...more });
  await checkouts.startCheckout(input);
  return input;
}

const order = (orderId: string) => services.orders.findOrder({ orderId });
const journals = async (orderId: string) =>
  (await services.ledger.listJournals({ subject: `order/${orderId}` })).journals;
const mails = async (orderId: string) => (await services.mailSink.listMails({ checkoutId: orderId as never })).mails;
const until = async (what: () => Promise<boolean>) => expect(await waitUntil(what, { within: 20_000 })).toBe(true);

/** What an account holds of an order, debits less credits. */
async function held(orderId: string, account: string): Promise<number> {
  const lines = (await journals(orderId)).flatMap((journal) => journal.lines);
  return lines
    .filter((line) => line.account === account)
    .reduce((sum, { debit, credit }) => sum + (debit ?? 0) - (credit ?? 0), 0);
}

describe('a refund that was made at the provider', () => {
  test('reaches the order, the books and the customer, and all that is left is what is left', async () => {
    const orderId = await completedOrder();
    const { id } = await dashboard(orderId, 'refund', { amount: 1000 });
    await until(async () => (await order(orderId)).refunded === 1000);
    expect((await order(orderId)).refunds).toMatchObject([{ refundId: id, kind: 'provider', lines: [] }]);
    await until(async () => (await journals(orderId)).length === 2);
    await until(async () => (await mails(orderId)).some(({ subject }) => subject.includes('refunded 10.00 USD')));
    expect(await provider.list()).toContainEqual(expect.objectContaining({ kind: 'refund', id, orderId }));

    const refundId = `rest-${randomUUID()}`;
    await refunds.startRefund({ refundId, orderId, reason: 'all of it' });
    expect(await refunds.waitForResult(refundId)).toMatchObject({ outcome: 'completed', amounts: { total: 4998 } });
    await until(async () => (await journals(orderId)).length === 3);
    for (const account of ['1050', '1200', '2200', '4100']) expect(await held(orderId, account)).toBe(0);
    expect((await held(orderId, '4000')) + (await held(orderId, '4900'))).toBe(0);
  });

  test('is told apart from our own, which stays one refund', async () => {
    const orderId = await completedOrder();
    const refundId = `own-${randomUUID()}`;
    await refunds.startRefund({ refundId, orderId, reason: 'does not fit' });
    expect(await refunds.waitForResult(refundId)).toMatchObject({ outcome: 'completed' });
    await provider.reconcile({}, randomUUID());
    expect((await order(orderId)).refunds).toHaveLength(1);
    expect((await provider.list()).filter((fact) => fact.orderId === orderId)).toEqual([]);
  });

  test('has one effect, by webhook, by reconciliation and in a second run', async () => {
    const orderId = await completedOrder();
    const { id } = await dashboard(orderId, 'refund', { amount: 700 });
    const handle = temporal.workflow.getHandle(providerRefundWorkflowId(id));
    await until(async () => (await handle.describe().catch(() => undefined))?.status.name === 'COMPLETED');
    await until(async () => (await journals(orderId)).length === 2);
    expect((await provider.reconcile({}, randomUUID())).healed).not.toContainEqual(expect.objectContaining({ id }));
    // A second run under the id, as Temporal allows it once it has forgotten the first.
    const again = await temporal.workflow.start('providerRefund', {
      workflowId: handle.workflowId,
      taskQueue: 'checkout',
      args: [{ refundId: id }],
    });
    expect(await again.result()).toMatchObject({ outcome: 'completed', isRecorded: false });
    expect((await order(orderId)).refunded).toBe(700);
    expect(await journals(orderId)).toHaveLength(2);
    expect((await mails(orderId)).filter(({ subject }) => subject.includes('7.00 USD'))).toHaveLength(1);
  });
});

describe('a dispute', () => {
  test('that is lost: the books know the fee and the loss, and an operator sees it until the bank decides', async () => {
    const orderId = await completedOrder();
    const { id } = await dashboard(orderId, 'dispute', { fee: 1500 });
    await until(async () => (await held(orderId, '1060')) === 5998);
    expect(await held(orderId, '5300')).toBe(1500);
    expect(await held(orderId, '1050')).toBe(-1500);
    await until(async () => (await provider.list({ needsOperator: true })).some((fact) => fact.id === id));

    const refundId = `disputed-${randomUUID()}`;
    await refunds.startRefund({ refundId, orderId, reason: 'too late' });
    const refused = await refunds.waitForResult(refundId);
    expect(refused).toMatchObject({ outcome: 'refused', reason: { type: 'PaymentDisputed' } });

    await atProvider('POST', `dashboard/disputes/${id}/lose`, {});
    expect(await temporal.workflow.getHandle(disputeWorkflowId(id)).result()).toMatchObject({ decision: 'lost' });
    await until(async () => (await held(orderId, '5310')) === 5998);
    expect(await held(orderId, '1060')).toBe(0);
    await until(async () => !(await provider.list({ needsOperator: true })).some((fact) => fact.id === id));
    for (const command of ['status', 'wait']) {
      expect((await cli([command, `dispute/${id}`])).stdout).toMatch(/^Decision +lost$/m);
    }
    const closed = new RegExp(`DisputeClosed +59\\.98 USD, payment ${orderId}-1, dispute ${id}, lost$`, 'm');
    await until(async () => closed.test((await cli(['history', orderId])).stdout));
  });

  test('that is won brings the money back', async () => {
    const orderId = await completedOrder();
    const { id } = await dashboard(orderId, 'dispute', { amount: 2000, fee: 1500 });
    await until(async () => (await held(orderId, '1060')) === 2000);
    await atProvider('POST', `dashboard/disputes/${id}/win`, { return_fee: true });
    expect(await temporal.workflow.getHandle(disputeWorkflowId(id)).result()).toMatchObject({ decision: 'won' });
    await until(async () => (await held(orderId, '1050')) === 5998);
    expect([await held(orderId, '1060'), await held(orderId, '5300'), await held(orderId, '5310')]).toEqual([0, 0, 0]);
  });
});

describe('a checkout that waits', () => {
  test('completes when its payment is captured in review', async () => {
    const { checkoutId } = await placed({ paymentMethod: 'pm_card_riskLevelElevated' });
    await dashboard(checkoutId, 'capture');
    expect(await checkouts.waitForResult(checkoutId)).toMatchObject({ outcome: 'completed' });
    expect(await order(checkoutId)).toMatchObject({ state: 'completed', refunded: 0 });
  });

  test.each([
    ['pm_card_authenticationRequired', 'cancel', 'PaymentCancelled'],
    ['pm_card_riskLevelElevated', 'cancel', 'ReviewRefused'],
    ['pm_card_riskLevelElevated', 'expire', 'AuthorizationExpired'],
  ])('%s: is refused after `%s` at the provider', async (paymentMethod, action, type) => {
    const { checkoutId } = await placed({ paymentMethod });
    await dashboard(checkoutId, action);
    expect(await checkouts.waitForResult(checkoutId)).toMatchObject({ outcome: 'refused', reason: { type } });
  });

  test('needs an operator when a part of its payment was captured, who has it given back', async () => {
    const { checkoutId } = await placed({ paymentMethod: 'pm_card_riskLevelElevated' });
    await dashboard(checkoutId, 'capture', { amount: 1200 });
    await until(async () => (await checkouts.status(checkoutId)).needsOperator.length === 1);
    await checkouts.resolve(checkoutId, { decision: 'settle', by: 'Ada', note: 'a part is no payment' });
    const result = await checkouts.waitForResult(checkoutId);
    expect(result).toMatchObject({ outcome: 'failed', reason: { type: 'CapturedInPart' } });
    const { movements } = await atProvider<{ movements: { paymentId: string; kind: string; amount: number }[] }>(
      'GET',
      'admin/movements',
    );
    const moved = movements.filter(({ paymentId }) => paymentId === `${checkoutId}-1`);
    expect(moved.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual([
      'authorized 5998',
      'captured 1200',
      'voided 4798',
      'refunded 1200',
    ]);
  });

  test('is refused for a payment method that does not exist, or takes another one', async () => {
    const refused = await placed({ paymentMethod: 'pm_nobody' });
    expect(await checkouts.waitForResult(refused.checkoutId)).toMatchObject({
      outcome: 'refused',
      reason: { type: 'PaymentMethodUnknown' },
    });
    const { checkoutId } = await placed({ paymentMethod: 'pm_nobody', onDecline: 'wait' });
    await checkouts.changePaymentMethod(checkoutId, { paymentMethod: 'pm_card_visa' });
    expect(await checkouts.waitForResult(checkoutId)).toMatchObject({ outcome: 'completed' });
  });
});

describe('reconciliation', () => {
  test('finds on all pages what webhooks have lost, and heals it', async () => {
    const orderId = await completedOrder();
    await atProvider('PUT', 'admin/webhook_faults', { seed: 'lost', drop: 1 });
    const { checkoutId: waiting } = await placed({ paymentMethod: 'pm_card_riskLevelElevated' });
    const { id: refundId } = await dashboard(orderId, 'refund', { amount: 500 });
    const { id: disputeId } = await dashboard(orderId, 'dispute', { amount: 100, fee: 0 });
    await dashboard(waiting, 'capture');
    await atProvider('DELETE', 'admin/webhook_faults');

    const report = await provider.reconcile({}, randomUUID());
    expect(report.healed).toEqual(
      expect.arrayContaining([
        { id: refundId, action: 'refund recorded' },
        { id: disputeId, action: 'dispute taken up' },
        { id: `${waiting}-1`, action: 'checkout told' },
      ]),
    );
    expect(report.findings).toEqual([]);
    expect(await checkouts.waitForResult(waiting)).toMatchObject({ outcome: 'completed' });
    await until(async () => (await order(orderId)).refunded === 500);
    await until(async () => (await held(orderId, '1060')) === 100);
    await atProvider('POST', `dashboard/disputes/${disputeId}/win`, {});
    await temporal.workflow.getHandle(disputeWorkflowId(disputeId)).result();
    const quiet = await provider.reconcile({}, randomUUID());
    expect(quiet.healed.filter(({ id }) => [refundId, disputeId, `${waiting}-1`].includes(id))).toEqual([]);
  });

  test('runs daily by a schedule that a start makes once', async () => {
    await ensureSchedules(temporal);
    await ensureSchedules(temporal);
    const { action } = await temporal.schedule.getHandle(dailyReconciliation).describe();
    expect(action).toMatchObject({ workflowType: 'reconciliation', args: [{ days: 30 }] });
  });

  test('refuses a time that is none, naming the field', async () => {
    const failure = provider.reconcile({ since: 'yesterday' }, randomUUID());
    await expect(failure).rejects.toMatchObject({ type: 'InvalidRequest', detail: { field: 'since' } });
  });
});
