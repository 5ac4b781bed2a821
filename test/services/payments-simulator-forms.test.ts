import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeForm } from '../../doubles/payment-simulator/form.ts';
import { type Simulator, startSimulator } from './payments-simulator-environment.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
});

afterAll(() => simulator.stop());

/** Sends a form as it is, beside the SDK. */
async function post(path: string, form: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${simulator.address}${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_1', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: form,
  });
  return { status: answer.status, body: (await answer.json()) as { error?: { type: string; param?: string } } };
}

const intent = 'amount=100&currency=usd&capture_method=manual';

describe('a form', () => {
  test.each([
    ['U+0000 in a value', `${intent}&metadata[payment_id]=a%00b`, 'metadata.payment_id'],
    ['U+0000 in a name', `${intent}&metadata[a%00b]=1`, 'metadata'],
    ['a name of 10,000 levels', `${intent}&metadata${'[a]'.repeat(10_000)}=1`, undefined],
    ['a name of 200 levels', `${intent}&metadata${'[a]'.repeat(100)}${'[b]'.repeat(100)}=1`, undefined],
    ['a million opened brackets', `${intent}&${'['.repeat(1_000_000)}=1`, undefined],
    ['a prototype', `${intent}&__proto__[amount]=1`, '__proto__'],
  ])('with %s is refused as Stripe refuses', async (_, form, param) => {
    const { status, body } = await post('/v1/payment_intents', form);
    expect({ status, type: body.error?.type }).toEqual({ status: 400, type: 'invalid_request_error' });
    if (param !== undefined) expect(body.error?.param).toBe(param);
  });

  test.each(['/v1/payment_intents/a%00b/confirm', '/v1/payment_intents/%zz/confirm'])(
    'to %s is refused as Stripe refuses',
    async (path) => {
      const { status, body } = await post(path, '');
      expect({ status, type: body.error?.type }).toEqual({ status: 400, type: 'invalid_request_error' });
    },
  );

  test('under an idempotency key of more than 255 characters is refused', async () => {
    const { status, body } = await post('/v1/payment_intents', intent, { 'idempotency-key': 'k'.repeat(256) });
    expect({ status, param: body.error?.param }).toEqual({ status: 400, param: 'Idempotency-Key' });
    const longest = await post('/v1/payment_intents', intent, { 'idempotency-key': 'k'.repeat(255) });
    expect(longest.status).toBe(200);
  });

  test('of any text is decoded without an error', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '[', ']', '=', '&', '%', '0', '.', '_', '\0'),
      maxLength: 200,
    });
    fc.assert(fc.property(text, (form) => void JSON.stringify(decodeForm(form))));
  });
});
