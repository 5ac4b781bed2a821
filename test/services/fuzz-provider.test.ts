import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import Stripe from 'stripe';
import { problemSchema } from '../../platform/http/problem.ts';
import { closeConnections, send } from './fuzz/http-calls.ts';
import { hostile } from './fuzz/schema-values.ts';
import { runs, seed } from './fuzz/seed.ts';
import { type Payments, startPayments, webhookSecret } from './payments-environment.ts';

let payments: Payments;

beforeAll(async () => {
  payments = await startPayments();
});

afterAll(async () => {
  closeConnections();
  await payments.stop();
});

const textOf = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value)).toWellFormed();
const texts = fc.oneof(fc.constantFrom('1', '100', 'usd', 'manual', 'pm_card_visa', 'pi_1'), hostile.map(textOf));

/** Every call of the simulator's API, with a name of a thing that may be any text. */
const calls = [
  'GET /v1/payment_intents',
  'POST /v1/payment_intents',
  'GET /v1/payment_intents/:id',
  'POST /v1/payment_intents/:id/confirm',
  'POST /v1/payment_intents/:id/capture',
  'POST /v1/payment_intents/:id/cancel',
  'GET /v1/refunds',
  'POST /v1/refunds',
  'GET /v1/refunds/:id',
  'GET /v1/reviews',
  'GET /v1/reviews/:id',
  'POST /v1/reviews/:id/approve',
  'GET /v1/events',
  'GET /v1/events/:id',
];

describe(`the payment simulator, with the seed ${seed}`, () => {
  const names = fc.oneof(
    fc.constantFrom('amount', 'currency', 'capture_method', 'payment_method', 'payment_intent', 'limit', 'expand[0]'),
    fc.constantFrom('starting_after', 'metadata[payment_id]', 'metadata[a][b]', 'metadata[]', '[', ']', '__proto__[a]'),
    hostile.map(textOf),
  );
  const forms = fc
    .array(fc.tuple(names, texts), { maxLength: 6 })
    .map((fields) => fields.map((field) => field.map(encodeURIComponent).join('=')).join('&'));

  test.each(calls)('answers %s in the form of Stripe, whatever it is sent', async (call) => {
    const [method = '', path = ''] = call.split(' ');
    await fc.assert(
      fc.asyncProperty(texts, forms, async (id, form) => {
        const address = path.replace(':id', encodeURIComponent(id) || 'empty');
        const answer = await send(payments.simulatorUrl, {
          method,
          path: method === 'GET' ? `${address}?${form}` : address,
          headers: { authorization: 'Bearer sk_test_1', 'content-type': 'application/x-www-form-urlencoded' },
          body: method === 'GET' ? undefined : form,
        });
        expect(answer.status).toBeLessThan(500);
        const body = JSON.parse(answer.text);
        if (answer.status === 200) expect(body).toHaveProperty('object');
        else
          expect(body).toEqual({
            error: expect.objectContaining({ type: expect.any(String), message: expect.any(String) }),
          });
      }),
      { seed, numRuns: Math.ceil(runs / 2), endOnFailure: true },
    );
  });
});

describe(`the receiver of webhooks, with the seed ${seed}`, () => {
  const bodies = fc.oneof(
    fc.constantFrom('', '{', 'null', '{}'),
    hostile.map((value) => JSON.stringify(value)),
    events(),
  );
  const signatures = fc.oneof(
    fc.constantFrom('', 't=,v1=', 't=1,v1=', 'v1=', 't=0,v1=00', ',', '=', `t=${'9'.repeat(400)},v1=a`),
    fc.string({ unit: 'grapheme-ascii', maxLength: 100 }),
  );

  function events(): fc.Arbitrary<string> {
    const object = fc.record({
      object: fc.constantFrom('payment_intent', 'charge', 'x'),
      id: hostile,
      payment_intent: hostile,
    });
    return fc.record({ id: hostile, data: fc.record({ object }) }).map((event) => JSON.stringify(event));
  }

  const receive = async (body: string, signature: string) => {
    const { origin, pathname: path } = new URL(payments.webhookUrl);
    const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
    return send(origin, { method: 'POST', path, headers, body });
  };

  test('takes no signature that is none', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, signatures, async (body, signature) => {
        const answer = await receive(body, signature);
        expect(answer).toMatchObject({ status: 400, type: 'application/problem+json' });
        expect(problemSchema.parse(JSON.parse(answer.text)).type).toBe('urn:durable-checkout:failure:InvalidSignature');
      }),
      { seed, numRuns: runs, endOnFailure: true },
    );
  });

  test('takes or refuses whatever is signed', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, async (payload) => {
        const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret });
        const answer = await receive(payload, signature);
        expect([200, 400, 404]).toContain(answer.status);
        if (answer.status !== 200) expect(problemSchema.parse(JSON.parse(answer.text)).status).toBe(answer.status);
      }),
      { seed, numRuns: runs, endOnFailure: true },
    );
  });
});
