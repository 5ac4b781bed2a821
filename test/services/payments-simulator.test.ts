import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import { decodeForm } from '../../doubles/payment-simulator/form.ts';
import { newPayment, type Payments, startPayments } from './payments-environment.ts';

let payments: Payments;
let stripe: Stripe;
beforeAll(async () => {
  payments = await startPayments();
  stripe = connect('sk_test_anything');
});
afterAll(() => payments.stop());

function connect(key: string): Stripe {
  const { hostname, port } = new URL(payments.simulatorUrl);
  return new Stripe(key, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
}

const create = { amount: 100, currency: 'usd', capture_method: 'manual', payment_method: 'pm_card_visa' } as const;
const key = () => `key-${newPayment().paymentId}`;

describe('idempotency keys', () => {
  test('the same parameters get the stored answer, marked as replayed', async () => {
    const idempotencyKey = key();
    const first = await stripe.paymentIntents.create(create, { idempotencyKey });
    const second = await stripe.paymentIntents.create(create, { idempotencyKey });
    expect(second.id).toBe(first.id);
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
  });

  test('other parameters are an idempotency error', async () => {
    const idempotencyKey = key();
    await stripe.paymentIntents.create(create, { idempotencyKey });
    await expect(stripe.paymentIntents.create({ ...create, amount: 101 }, { idempotencyKey })).rejects.toBeInstanceOf(
      Stripe.errors.StripeIdempotencyError,
    );
  });

  test('a decline is stored and told again with the intent', async () => {
    const intent = await stripe.paymentIntents.create({ ...create, payment_method: 'pm_card_chargeDeclined' });
    const idempotencyKey = key();
    for (const _ of [1, 2]) {
      await expect(stripe.paymentIntents.confirm(intent.id, {}, { idempotencyKey })).rejects.toMatchObject({
        type: 'StripeCardError',
        decline_code: 'generic_decline',
        payment_intent: { id: intent.id, status: 'requires_payment_method' },
      });
    }
  });

  test('a refused parameter is not stored', async () => {
    const idempotencyKey = key();
    await expect(
      stripe.paymentIntents.create({ ...create, payment_method: 'pm_nobody' }, { idempotencyKey }),
    ).rejects.toMatchObject({ type: 'StripeInvalidRequestError', code: 'resource_missing' });
    await stripe.paymentIntents.create(create, { idempotencyKey });
  });
});

test('a declined intent may be confirmed with another card', async () => {
  const intent = await stripe.paymentIntents.create({ ...create, payment_method: 'pm_card_chargeDeclined' });
  await expect(stripe.paymentIntents.confirm(intent.id)).rejects.toBeInstanceOf(Stripe.errors.StripeCardError);
  const confirmed = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
  expect(confirmed).toMatchObject({ status: 'requires_capture', amount_capturable: 100, last_payment_error: null });
});

test('nothing is held, taken or cancelled twice, whatever the key', async () => {
  const unexpected = { code: 'payment_intent_unexpected_state' };
  const { id } = await stripe.paymentIntents.create(create);
  await expect(stripe.paymentIntents.capture(id)).rejects.toMatchObject(unexpected);
  await stripe.paymentIntents.confirm(id);
  await expect(stripe.paymentIntents.confirm(id)).rejects.toMatchObject(unexpected);
  await stripe.paymentIntents.capture(id);
  await expect(stripe.paymentIntents.capture(id)).rejects.toMatchObject(unexpected);
  await expect(stripe.paymentIntents.cancel(id)).rejects.toMatchObject(unexpected);
  await stripe.refunds.create({ payment_intent: id, amount: 60 });
  await expect(stripe.refunds.create({ payment_intent: id, amount: 41 })).rejects.toMatchObject({ param: 'amount' });
});

test('lists come in pages, newest first', async () => {
  const made: string[] = [];
  for (const amount of [1, 2, 3]) made.push((await stripe.paymentIntents.create({ ...create, amount })).id);
  const read: string[] = [];
  for await (const { id } of stripe.paymentIntents.list({ limit: 2 })) {
    read.push(id);
    if (read.length === made.length) break;
  }
  expect(read).toEqual(made.toReversed());
});

test('refunds are listed for their intent', async () => {
  const intent = await stripe.paymentIntents.create(create);
  await stripe.paymentIntents.confirm(intent.id);
  await stripe.paymentIntents.capture(intent.id);
  const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 40, metadata: { step: 'a' } });
  expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toEqual([
    expect.objectContaining({ id: refund.id, amount: 40, metadata: { step: 'a' } }),
  ]);
  expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ amount: 40, payment_intent: intent.id });
});

test('what the simulator does not know is refused, not ignored', async () => {
  await expect(stripe.paymentIntents.create({ ...create, receipt_email: 'a@example.com' })).rejects.toMatchObject({
    code: 'parameter_unknown',
    param: 'receipt_email',
  });
  await expect(stripe.customers.list()).rejects.toMatchObject({ statusCode: 404 });
  await expect(stripe.paymentIntents.retrieve('pi_nobody')).rejects.toMatchObject({ code: 'resource_missing' });
});

test('the key of a live account is refused', async () => {
  await expect(connect('sk_live_secret').paymentIntents.list()).rejects.toBeInstanceOf(
    Stripe.errors.StripeAuthenticationError,
  );
});

test('nested forms are decoded', () => {
  expect(decodeForm('amount=5&metadata[order id]=7&expand[0]=a&expand[1]=b&line[0][sku]=x&empty=')).toEqual({
    amount: '5',
    metadata: { 'order id': '7' },
    expand: ['a', 'b'],
    line: [{ sku: 'x' }],
    empty: '',
  });
  expect(Object.getPrototypeOf(decodeForm('__proto__[x]=1'))).toBe(Object.prototype);
});
