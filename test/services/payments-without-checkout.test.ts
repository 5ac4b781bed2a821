import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { newPayment } from './payments-environment.ts';
import { eventOf, startWebhooks } from './payments-webhooks-environment.ts';

let webhooks: Awaited<ReturnType<typeof startWebhooks>>;
let payments: (typeof webhooks)['payments'];
beforeAll(async () => {
  webhooks = await startWebhooks();
  payments = webhooks.payments;
});
afterAll(() => payments.stop());

const newWorkflowId = () => `invoice-payment/p-${randomBytes(6).toString('hex')}`;

function paymentOfInvoice(paymentMethod?: string) {
  const { checkoutId: _, ...payment } = newPayment(paymentMethod);
  return { ...payment, workflowId: newWorkflowId() };
}

async function captured() {
  const request = paymentOfInvoice();
  await payments.client.authorize(request);
  await payments.client.capture({ paymentId: request.paymentId });
  const [intent] = await payments.intents(request.paymentId);
  return { ...request, intentId: String(intent?.intentId) };
}

/** What the provider's dashboard shows of a payment. */
async function metadataOf(paymentId: string) {
  const { rows } = await sql<{ metadata: object }>`
    select metadata from payment_intents where metadata ->> 'payment_id' = ${paymentId}
  `.execute(payments.simulatorDatabase);
  return rows.map(({ metadata }) => metadata);
}

describe('a payment that is of no checkout', () => {
  test('is authorized, captured and given back like any other, and names its workflow at the provider', async () => {
    const request = paymentOfInvoice();
    const { paymentId, workflowId } = request;
    const authorized = await payments.client.authorize(request);
    expect(authorized).toMatchObject({ state: 'authorized' });
    expect(await payments.client.authorize(request)).toEqual(authorized);
    expect(await metadataOf(paymentId)).toEqual([
      { payment_id: paymentId, workflow_id: workflowId, customer_id: 'c-42' },
    ]);
    expect(await payments.client.capture({ paymentId })).toMatchObject({ state: 'captured' });
    expect(await payments.client.void({ paymentId })).toMatchObject({ outcome: 'refunded' });
    expect(await payments.movements(paymentId)).toEqual(['authorized 5998', 'captured 5998', 'refunded 5998']);
  });

  test('is refused where no workflow is named either', async () => {
    const { checkoutId: _, ...request } = newPayment();
    await expect(payments.client.authorize(request)).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field: 'workflowId' },
    });
    expect(await metadataOf(request.paymentId)).toEqual([]);
  });

  test('is another one under another workflow', async () => {
    const request = paymentOfInvoice();
    await payments.client.authorize(request);
    await expect(payments.client.authorize({ ...request, workflowId: newWorkflowId() })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
    });
  });
});

describe('the workflow that webhooks signal', () => {
  const ofInvoice = () => ({ checkoutId: undefined, workflowId: newWorkflowId() });

  test.each([
    ['is the one that the payment names', ofInvoice],
    ['is the one that the payment names, where it is of a checkout as well', () => ({ workflowId: newWorkflowId() })],
    ['is that of the checkout, where the payment names none', () => ({})],
  ])('%s', async (_, more) => {
    const { url, told, request } = await webhooks.waiting('pm_card_authenticationRequired', more());
    await payments.answerChallenge(url, 'complete');
    await webhooks.untilTold(told);
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
  });

  test('is told by the reconciliation, where a webhook got lost', async () => {
    await payments.admin('PUT', 'webhook_faults', { seed: 'lost', drop: 1 });
    const { paymentId, ...request } = paymentOfInvoice('pm_card_authenticationRequired');
    const { nextAction } = await payments.client.authorize({ ...request, paymentId });
    await payments.answerChallenge(nextAction?.url, 'complete');
    await payments.admin('DELETE', 'webhook_faults');
    const page = await payments.client.reconcilePage({ list: 'payments' });
    expect(page.changedPayments).toContainEqual({ paymentId, workflowId: request.workflowId });
  });
});

describe('what was made at the provider of a payment that is of no checkout', () => {
  test.each(['refund', 'dispute'] as const)('a %s is taken up as of no checkout', async (kind) => {
    const { paymentId, intentId } = await captured();
    const { id } = await payments.dashboard(`payments/${paymentId}/${kind}`, { amount: 10 });
    const event = { ...eventOf(id), data: { object: { object: kind, id, payment_intent: intentId } } };
    expect(await webhooks.send(event)).toMatchObject({ status: 200 });
    expect(payments.signals.takenUpOfNoCheckout(id)).toContain(kind);
    expect(await webhooks.isRemembered(event.id)).toBe(true);
  });

  test('is taken up once for each event, and our own refunds never', async () => {
    const { paymentId, intentId } = await captured();
    const { id } = await payments.dashboard(`payments/${paymentId}/refund`, { amount: 10 });
    await webhooks.everythingArrived(intentId);
    const count = payments.signals.takenUpOfNoCheckout(id).length;
    const event = { ...eventOf(id), data: { object: { object: 'refund', id, payment_intent: intentId } } };
    for (const _ of ['first', 'again']) expect(await webhooks.send(event)).toMatchObject({ status: 200 });
    expect(payments.signals.takenUpOfNoCheckout(id)).toHaveLength(count + 1);
    const all = payments.signals.countOfNoCheckout();
    await payments.client.refund({ paymentId, refundId: 'r1', amount: 20 });
    await webhooks.everythingArrived(intentId);
    expect(payments.signals.countOfNoCheckout()).toBe(all);
  });

  test('is read at the provider with the workflow that has taken the payment', async () => {
    const { paymentId, workflowId } = await captured();
    const refund = await payments.dashboard(`payments/${paymentId}/refund`, { amount: 10 });
    expect(await payments.client.findReversal({ reversalId: refund.id as never })).toMatchObject({
      ...{ means: 'refund', paymentId, workflowId, withdrawn: 10, fee: 0, state: 'reversed' },
      ...{ madeBy: 'provider', isRecorded: false, amount: { amount: 10, currency: 'USD' } },
    });
    const dispute = await payments.dashboard(`payments/${paymentId}/dispute`, { amount: 20 });
    const { reversalId } = await payments.client.findReversal({ reversalId: dispute.id as never });
    await payments.client.rememberFact({ factId: dispute.id as never });
    expect(await payments.client.findReversal({ reversalId })).toMatchObject({
      ...{ means: 'dispute', withdrawn: 20, fee: 1_500, state: 'open', isRecorded: true, reason: 'fraudulent' },
    });
    await expect(payments.client.findReversal({ reversalId: 're_nowhere' as never })).rejects.toMatchObject({
      type: 'NotFound',
    });
  });

  test('is in the reconciliation by itself, and fails nothing', async () => {
    const { paymentId, workflowId } = await captured();
    const refund = await payments.dashboard(`payments/${paymentId}/refund`, { amount: 10 });
    const dispute = await payments.dashboard(`payments/${paymentId}/dispute`, { amount: 20 });
    for (const [list, { id }] of [
      ['refunds', refund],
      ['disputes', dispute],
    ] as const) {
      const page = await payments.client.reconcilePage({ list });
      expect(page.factsWithoutCheckout).toContainEqual({ id, paymentId, workflowId });
      const takenUp = [...page.providerRefunds, ...page.disputes].map((fact) => fact.paymentId);
      expect(takenUp).not.toContain(paymentId);
      expect(page.findings.map((finding) => finding.id)).not.toContain(id);
    }
  });

  test('is known to none of the processes of an order', async () => {
    const { paymentId } = await captured();
    const refund = await payments.dashboard(`payments/${paymentId}/refund`, { amount: 10 });
    const dispute = await payments.dashboard(`payments/${paymentId}/dispute`, { amount: 20 });
    const answers = [
      payments.client.findProviderRefund({ refundId: refund.id as never }),
      payments.client.findDispute({ disputeId: dispute.id as never }),
    ];
    const types = (await Promise.allSettled(answers)).map(
      (answer) => answer.status === 'rejected' && answer.reason.type,
    );
    expect(types).toEqual(['NotFound', 'NotFound']);
  });
});
