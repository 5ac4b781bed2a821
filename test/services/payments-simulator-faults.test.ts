import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import Stripe from 'stripe';
import { faultKinds, planFault, plannedFaultsSchema } from '../../doubles/payment-simulator/faults.ts';
import { paymentMethods } from '../../doubles/payment-simulator/payment-methods.ts';
import { connectStripe, type Simulator, startSimulator } from './payments-simulator-environment.ts';

let simulator: Simulator;
let stripe: Stripe;
beforeAll(async () => {
  simulator = await startSimulator();
  stripe = simulator.stripe;
});
afterAll(() => simulator.stop());

const { StripeAPIError, StripeConnectionError, StripeRateLimitError } = Stripe.errors;

/** What a call came to: `done`, or the name of its error; with whether it was a stored answer. */
async function outcome(call: Promise<{ lastResponse: { headers: Record<string, string> } }>): Promise<string> {
  const told = ({ 'idempotent-replayed': replayed }: Record<string, string>) => (replayed ? ' again' : '');
  try {
    return `done${told((await call).lastResponse.headers)}`;
  } catch (error) {
    const { statusCode, code, headers } = error as Stripe.errors.StripeError;
    return `${statusCode ?? 'nothing'}${code ? ` ${code}` : ''}${told((headers ?? {}) as Record<string, string>)}`;
  }
}

describe('by payment method', () => {
  test.each([
    ['pm_fault_500', ['500', 'done'], ['authorized 5998']],
    ['pm_fault_500_stored', ['500', '500 again', '500 again'], []],
    ['pm_fault_500_always', ['500', '500', '500'], []],
    ['pm_fault_rate_limited', ['429 rate_limit', 'done', 'done again'], ['authorized 5998']],
    ['pm_fault_apply_then_500', ['500', '500 again'], ['authorized 5998']],
    // The SDK itself tries once more after a connection that was reset.
    ['pm_fault_apply_then_reset', ['done again'], ['authorized 5998']],
    ['pm_fault_decline_then_500', ['500', '500 again'], []],
    ['pm_card_chargeDeclined', ['402 card_declined', '402 card_declined again'], []],
  ])('%s at confirm', async (method, outcomes, movements) => {
    const { id } = await simulator.createIntent(method);
    for (const expected of outcomes) {
      expect(await outcome(stripe.paymentIntents.confirm(id, {}, { idempotencyKey: `${id}/confirm` }))).toBe(expected);
    }
    expect(await simulator.movements(id)).toEqual(movements);
  });

  test('a refusal whose answer got lost is read from the intent', async () => {
    const { id } = await simulator.createIntent('pm_fault_decline_then_500');
    await expect(stripe.paymentIntents.confirm(id)).rejects.toBeInstanceOf(StripeAPIError);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { decline_code: 'generic_decline' },
    });
  });

  test.each([
    ['pm_fault_capture_500_stored', ['500', '500 again'], 'requires_capture'],
    ['pm_fault_capture_500', ['500', 'done'], 'succeeded'],
    ['pm_fault_capture_then_500', ['500', '500 again'], 'succeeded'],
    ['pm_fault_capture_then_reset', ['done again'], 'succeeded'],
    ['pm_fault_capture_rate_limited', ['429 rate_limit', 'done'], 'succeeded'],
  ])('%s', async (method, outcomes, status) => {
    const { id } = await simulator.createIntent(method);
    await stripe.paymentIntents.confirm(id);
    for (const expected of outcomes) {
      expect(await outcome(stripe.paymentIntents.capture(id, {}, { idempotencyKey: `${id}/capture` }))).toBe(expected);
    }
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status });
  });

  test.each([
    ['pm_fault_then_hang', undefined],
    ['pm_fault_apply_then_hang', 'after'],
    ['pm_fault_cancel_then_reset', 'after'],
    ['pm_fault_refund_500_always', 'before'],
    ['pm_fault_create_hang_before', 'before'],
  ])('the name %s', (name, moment) => {
    expect(paymentMethods[name]?.fault?.moment).toBe(moment);
  });

  test('a late success: processing at first, authorized when it was read often enough', async () => {
    const { id } = await simulator.createIntent('pm_fault_late_success');
    expect(await stripe.paymentIntents.confirm(id)).toMatchObject({ status: 'processing', amount_capturable: 0 });
    await expect(stripe.paymentIntents.cancel(id)).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
    const read: string[] = [];
    for (const _ of [1, 2, 3, 4]) read.push((await stripe.paymentIntents.retrieve(id)).status);
    expect(read).toEqual(['processing', 'processing', 'requires_capture', 'requires_capture']);
    expect(await simulator.movements(id)).toEqual(['authorized 5998']);
    expect(await simulator.eventTypes(id)).toEqual([
      'payment_intent.processing',
      'payment_intent.amount_capturable_updated',
    ]);
  });

  test('a late refusal', async () => {
    const { id } = await simulator.createIntent('pm_fault_late_decline');
    await stripe.paymentIntents.confirm(id);
    for (const _ of [1, 2]) await stripe.paymentIntents.retrieve(id);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined' },
    });
  });

  test('an authorization that has expired when it is captured', async () => {
    const { id } = await simulator.createIntent('pm_fault_authorization_expires');
    await stripe.paymentIntents.confirm(id);
    for (const expected of ['400 payment_intent_unexpected_state', '400 payment_intent_unexpected_state again']) {
      expect(await outcome(stripe.paymentIntents.capture(id, {}, { idempotencyKey: `${id}/capture` }))).toBe(expected);
    }
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'automatic',
    });
    expect(await simulator.movements(id)).toEqual(['authorized 5998', 'voided 5998']);
  });
});

describe('pruned idempotency keys', () => {
  test('a call under a pruned key is made again; others keep their answers', async () => {
    const create = { amount: 1, currency: 'usd', capture_method: 'manual' } as const;
    const [pruned, kept] = [{ idempotencyKey: 'pruned/create' }, { idempotencyKey: 'kept/create' }];
    const first = await stripe.paymentIntents.create(create, pruned);
    const other = await stripe.paymentIntents.create(create, kept);
    expect(await simulator.admin('POST', 'prune_idempotency_keys', { startsWith: 'pruned/' })).toEqual({ pruned: 1 });
    expect((await stripe.paymentIntents.create(create, pruned)).id).not.toBe(first.id);
    expect((await stripe.paymentIntents.create(create, kept)).id).toBe(other.id);
  });

  test('a confirmation under a pruned key holds nothing twice', async () => {
    const { id } = await simulator.createIntent();
    const confirm = () => stripe.paymentIntents.confirm(id, {}, { idempotencyKey: `${id}/confirm` });
    await confirm();
    await simulator.admin('POST', 'prune_idempotency_keys');
    await expect(confirm()).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
    expect(await simulator.movements(id)).toEqual(['authorized 5998']);
  });
});

describe('by seed', () => {
  const withoutPauses = ['500', '500_stored', 'rate_limited', 'then_500'];
  afterEach(() => simulator.admin('DELETE', 'faults'));

  test('the same seed, keys and tries meet the same faults; another seed meets others', async () => {
    const run = async (seed: string) => {
      await simulator.admin('DELETE', 'faults');
      await simulator.admin('POST', 'prune_idempotency_keys');
      await sql`delete from faulty_tries`.execute(simulator.database);
      const intents = await Promise.all(Array.from({ length: 20 }, () => simulator.createIntent()));
      await simulator.admin('PUT', 'faults', { seed, probability: 0.5, kinds: withoutPauses });
      const outcomes: string[] = [];
      for (const [index, { id }] of intents.entries()) {
        for (const _ of [1, 2, 3]) {
          const options = { idempotencyKey: `call-${index}/confirm` };
          outcomes.push(await outcome(stripe.paymentIntents.confirm(id, {}, options)));
        }
      }
      return outcomes;
    };
    const first = await run('one');
    expect(new Set(first).size).toBeGreaterThan(3);
    expect(await run('one')).toEqual(first);
    expect(await run('two')).not.toEqual(first);

    await simulator.admin('DELETE', 'faults');
    expect(await simulator.admin('GET', 'faults')).toEqual({ faults: null });
    await simulator.createIntent().then(({ id }) => stripe.paymentIntents.confirm(id));
  });

  test('a try that meets a fault before the effect may be well at another try', () => {
    const faults = plannedFaultsSchema.parse({ seed: 's', probability: 0.5 });
    const tries = Array.from({ length: 400 }, (_, index) => planFault(faults, 'key', index + 1));
    const met = tries.filter((fault) => fault !== undefined);
    expect(met.length / tries.length).toBeCloseTo(0.5, 1);
    expect(met.some(({ lasting }) => lasting)).toBe(false);
    expect(new Set(met).size).toBe(Object.values(faultKinds).filter(({ lasting }) => !lasting).length);
  });

  test.each([
    [0, 0],
    [1, 100],
  ])('a probability of %d', (probability, expected) => {
    const faults = plannedFaultsSchema.parse({ seed: 's', probability });
    const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`);
    expect(keys.filter((key) => planFault(faults, key, 1))).toHaveLength(expected);
  });

  test.each([{ seed: 's', probability: 2 }, { seed: 's' }, { seed: 's', probability: 1, kinds: ['flood'] }])(
    'a wrong plan is refused: %j',
    async (plan) => {
      expect(await simulator.admin('PUT', 'faults', plan)).toMatchObject({ error: { type: 'invalid_request_error' } });
    },
  );
});

test('a call that hangs after its effect: the client gives up, the next try gets the stored answer', async () => {
  const impatient = connectStripe(simulator.address, 300);
  const { id } = await simulator.createIntent('pm_fault_apply_then_hang');
  const options = { idempotencyKey: `${id}/confirm` };
  await expect(impatient.paymentIntents.confirm(id, {}, options)).rejects.toBeInstanceOf(StripeConnectionError);
  expect(await outcome(stripe.paymentIntents.confirm(id, {}, options))).toBe('done again');
  expect(await simulator.movements(id)).toEqual(['authorized 5998']);
});

test('a rate limit says when to come again', async () => {
  const { id } = await simulator.createIntent('pm_fault_rate_limited');
  const error = await stripe.paymentIntents.confirm(id).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(StripeRateLimitError);
  expect(error).toMatchObject({ headers: { 'retry-after': '1' } });
});
