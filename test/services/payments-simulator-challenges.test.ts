import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { challengePage, refusalPage } from '../../doubles/payment-simulator/challenge-page.ts';
import { returnUrl, type Simulator, startSimulator } from './payments-simulator-environment.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

async function challenged(method = 'pm_card_authenticationRequired') {
  const { id } = await simulator.createIntent(method);
  return simulator.stripe.paymentIntents.confirm(id, { return_url: returnUrl });
}

const challengeOf = (id: string) => `${simulator.address}/challenge/${id}`;
const answerForm = (id: string, outcome: string) =>
  fetch(challengeOf(id), { method: 'POST', body: new URLSearchParams({ outcome }), redirect: 'manual' });

test.each(['pm_card_authenticationRequired', 'pm_card_threeDSecure2Required'])(
  '%s: the customer is sent to the challenge, and nothing is held before',
  async (method) => {
    const intent = await challenged(method);
    expect(intent).toMatchObject({
      status: 'requires_action',
      amount_capturable: 0,
      next_action: {
        type: 'redirect_to_url',
        redirect_to_url: { url: challengeOf(intent.id), return_url: returnUrl },
      },
    });
    expect(await simulator.movements(intent.id)).toEqual([]);
    expect(await simulator.truth(intent.id)).toMatchObject({ held: 0, challengeUrl: challengeOf(intent.id) });
    expect(await simulator.eventTypes(intent.id)).toEqual(['payment_intent.requires_action']);
  },
);

test('the page asks, and its form completes the challenge and sends the customer back', async () => {
  const { id } = await challenged();
  const page = await fetch(challengeOf(id));
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await page.text()).toMatch(/>59\.98 USD</);
  const answer = await answerForm(id, 'complete');
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe(`${returnUrl}&payment_intent=${id}&redirect_status=succeeded`);
  expect(await simulator.stripe.paymentIntents.retrieve(id)).toMatchObject({
    status: 'requires_capture',
    amount_capturable: 5998,
    next_action: null,
  });
  expect(await simulator.movements(id)).toEqual(['authorized 5998']);
  expect(await simulator.eventTypes(id)).toEqual([
    'payment_intent.requires_action',
    'payment_intent.amount_capturable_updated',
  ]);
});

test('a challenge that fails leaves the intent without a payment method; another card is taken', async () => {
  const { id } = await challenged();
  const answer = await answerForm(id, 'fail');
  expect(answer.headers.get('location')).toContain('redirect_status=failed');
  expect(await simulator.stripe.paymentIntents.retrieve(id)).toMatchObject({
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    last_payment_error: { code: 'payment_intent_authentication_failure' },
  });
  expect(await simulator.movements(id)).toEqual([]);
  expect(await simulator.eventTypes(id)).toContain('payment_intent.payment_failed');
  expect(await simulator.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' })).toMatchObject({
    status: 'requires_capture',
    last_payment_error: null,
  });
});

test('the bank may decline after the challenge', async () => {
  const { id } = await challenged('pm_card_authenticationRequiredChargeDeclinedInsufficientFunds');
  const answer = await fetch(challengeOf(id), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ outcome: 'complete' }),
  });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    status: 'requires_payment_method',
    last_payment_error: { decline_code: 'insufficient_funds' },
  });
  expect(await simulator.movements(id)).toEqual([]);
});

describe('a challenge that is not there', () => {
  test.each(['complete', 'fail'])('%s is refused and changes nothing', async (outcome) => {
    const { id } = await challenged();
    await answerForm(id, 'complete');
    const before = await simulator.stripe.paymentIntents.retrieve(id);
    const page = await fetch(challengeOf(id));
    expect(page.status).toBe(409);
    expect(await page.text()).not.toMatch(/requires_capture|status|pi_/);
    expect((await answerForm(id, outcome)).status).toBe(409);
    const { lastResponse: _, ...after } = await simulator.stripe.paymentIntents.retrieve(id);
    expect(before).toMatchObject(after);
    expect(await simulator.movements(id)).toEqual(['authorized 5998']);
  });

  test('an unknown intent', async () => {
    const page = await fetch(challengeOf('pi_<b>'));
    expect(page.status).toBe(404);
    expect(await page.text()).not.toMatch(/<b>|No such|payment_intent/);
  });

  test('a cancelled intent is challenged no more', async () => {
    const { id } = await challenged();
    expect(await simulator.stripe.paymentIntents.cancel(id)).toMatchObject({ status: 'canceled', next_action: null });
    expect((await answerForm(id, 'complete')).status).toBe(409);
    expect(await simulator.movements(id)).toEqual([]);
  });
});

test('an answer that is neither is refused', async () => {
  const { id } = await challenged();
  expect((await answerForm(id, 'perhaps')).status).toBe(400);
  expect(await simulator.truth(id)).toMatchObject({ status: 'requires_action' });
});

test('a challenge needs to know where the customer goes next', async () => {
  const { id } = await simulator.createIntent('pm_card_authenticationRequired');
  await expect(simulator.stripe.paymentIntents.confirm(id)).rejects.toMatchObject({ param: 'return_url' });
  await expect(
    simulator.stripe.paymentIntents.confirm(id, { return_url: 'javascript:alert(1)' }),
  ).rejects.toMatchObject({ param: 'return_url' });
});

test('links lead to the public address', async () => {
  const behindProxy = await startSimulator({ publicUrl: 'https://pay.example.com/' });
  try {
    const { id } = await behindProxy.createIntent('pm_card_authenticationRequired');
    const intent = await behindProxy.stripe.paymentIntents.confirm(id, { return_url: returnUrl });
    expect(intent.next_action?.redirect_to_url?.url).toBe(`https://pay.example.com/challenge/${id}`);
  } finally {
    await behindProxy.stop();
  }
});

test('what a caller wrote is text on the page, never markup; of ids it shows the order alone', () => {
  const metadata = { payment_id: 'c-1-1', checkout_id: '<script>"&', customer_id: 'customer-1' };
  const page = challengePage({ amount: 1_234_500, currency: 'jpy', metadata });
  expect(page).toContain('<strong>1,234,500 JPY</strong> for your order &lt;script&gt;&quot;&amp;.');
  expect(page).not.toMatch(/<script|c-1-1|customer-1/);
  expect(challengePage({ amount: 5, currency: 'usd', metadata: {} })).toContain('<strong>0.05 USD</strong>.');
});

test.each([400, 404, 409, 500])('a refusal with %d is one sentence for the customer', (status) => {
  expect(refusalPage(status)).toMatch(/<p>[A-Z][^.<]+\.<\/p>/);
});

test('a currency that the shop does not sell in is refused as Stripe does it', async () => {
  await expect(
    simulator.stripe.paymentIntents.create({ amount: 100, currency: 'zzz', capture_method: 'manual' }),
  ).rejects.toMatchObject({ param: 'currency', statusCode: 400 });
});
