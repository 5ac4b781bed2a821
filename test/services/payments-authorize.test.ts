import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { newPayment, type Payments, startPayments } from './payments-environment.ts';

let payments: Payments;
beforeAll(async () => {
  payments = await startPayments();
});
afterAll(() => payments.stop());

describe('what the bank answers', () => {
  test('an approved card holds the amount once and takes nothing', async () => {
    const request = newPayment();
    const authorized = await payments.client.authorize(request);
    expect(authorized).toMatchObject({ state: 'authorized', amount: request.amount, refunded: 0 });
    expect(await payments.client.findPayment({ paymentId: request.paymentId })).toEqual(authorized);
    expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998']);
  });

  test.each([
    ['pm_card_chargeDeclined', 'CardDeclined', 'generic_decline'],
    ['pm_card_chargeCustomerFail', 'CardDeclined', 'generic_decline'],
    ['pm_card_chargeDeclinedExpiredCard', 'CardDeclined', 'expired_card'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'InsufficientFunds', 'insufficient_funds'],
  ])('%s is %s, also when it is asked again', async (method, type, declineCode) => {
    const request = newPayment(method);
    const refusal = { type, detail: { facts: { declineCode } } };
    await expect(payments.client.authorize(request)).rejects.toMatchObject(refusal);
    await expect(payments.client.authorize(request)).rejects.toMatchObject(refusal);
    expect(await payments.client.findPayment({ paymentId: request.paymentId })).toMatchObject({ state: 'failed' });
    expect(await payments.movements(request.paymentId)).toEqual([]);
  });

  test('the amount 999,999.99 is declined on every card', async () => {
    const request = newPayment('pm_card_visa', { amount: { amount: 99_999_999, currency: 'USD' } });
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'CardDeclined' });
  });

  test('a method that the provider does not know is refused, again and again', async () => {
    const request = newPayment('pm_unknown');
    for (const _ of ['first', 'again']) {
      await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'PaymentMethodUnknown' });
    }
  });
});

describe('idempotency', () => {
  test('the same id with the same content moves money once', async () => {
    const request = newPayment();
    const first = await payments.client.authorize(request);
    expect(await payments.client.authorize(request)).toEqual(first);
    expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998']);
  });

  test.each([
    ['amount', { amount: { amount: 5999, currency: 'USD' } }],
    ['currency', { amount: { amount: 5998, currency: 'EUR' } }],
    ['card', { paymentMethod: 'pm_card_mastercard' }],
    ['customer', { customerId: 'c-43' }],
  ])('the same id with another %s is a conflict', async (_, change) => {
    const request = newPayment();
    await payments.client.authorize(request);
    const other = { ...request, ...change } as typeof request;
    await expect(payments.client.authorize(other)).rejects.toMatchObject({
      type: 'IdempotencyConflict',
      detail: { field: 'paymentId' },
    });
    expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998']);
  });

  test('many calls at once move money once', async () => {
    const request = newPayment();
    const endings = await Promise.allSettled(Array.from({ length: 8 }, () => payments.client.authorize(request)));
    for (const ending of endings) {
      if (ending.status === 'rejected') expect(ending.reason).toMatchObject({ type: 'InProgress' });
      else expect(ending.value).toMatchObject({ state: 'authorized' });
    }
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
    expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998']);
    expect(await payments.intents(request.paymentId)).toHaveLength(1);
  });

  test('a call whose key is in use at the provider is in progress', async () => {
    const request = newPayment();
    await payments.simulatorDatabase.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`${request.paymentId}/confirm`}, 0))`.execute(
        transaction,
      );
      await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'InProgress' });
    });
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
  });
});

describe('a bank that asks the customer', () => {
  test.each(['pm_card_authenticationRequired', 'pm_card_threeDSecure2Required'])(
    '%s: nothing is held before the challenge was passed',
    async (method) => {
      const request = newPayment(method);
      const asked = await payments.client.authorize(request);
      expect(asked).toMatchObject({ state: 'requires_action', nextAction: { url: expect.any(String) } });
      expect(await payments.client.authorize(request)).toEqual(asked);
      expect(await payments.movements(request.paymentId)).toEqual([]);

      await payments.answerChallenge(asked.nextAction?.url, 'complete');
      const authorized = await payments.client.authorize(request);
      expect(authorized).toMatchObject({ state: 'authorized' });
      expect(authorized.nextAction).toBeUndefined();
      expect(await payments.client.capture({ paymentId: request.paymentId })).toMatchObject({ state: 'captured' });
      expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998', 'captured 5998']);
    },
  );

  test.each([
    ['pm_card_authenticationRequired', 'fail', 'AuthenticationFailed'],
    ['pm_card_authenticationRequiredChargeDeclinedInsufficientFunds', 'complete', 'InsufficientFunds'],
  ] as const)('%s, %s: %s, also when it is asked again', async (method, outcome, type) => {
    const request = newPayment(method);
    const { nextAction } = await payments.client.authorize(request);
    await payments.answerChallenge(nextAction?.url, outcome);
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type });
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type });
    expect(await payments.client.findPayment({ paymentId: request.paymentId })).toMatchObject({ state: 'failed' });
    expect(await payments.client.void({ paymentId: request.paymentId })).toMatchObject({ outcome: 'nothing' });
    expect(await payments.movements(request.paymentId)).toEqual([]);
  });

  test('the customer comes back to the page that is set', async () => {
    const shop = await payments.startService({ PAYMENT_RETURN_URL: 'https://toys.example/back' });
    const { nextAction } = await shop.authorize(newPayment('pm_card_authenticationRequired'));
    const answer = await fetch(String(nextAction?.url), {
      method: 'POST',
      body: new URLSearchParams({ outcome: 'complete' }),
      redirect: 'manual',
    });
    expect(answer.headers.get('location')).toMatch(/^https:\/\/toys\.example\/back\?/);
  });

  test('another page that is set later changes no call that was begun', async () => {
    const request = newPayment('pm_fault_500_stored');
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'Internal' });
    const later = await payments.startService({ PAYMENT_RETURN_URL: 'https://toys.example/back' });
    await expect(later.authorize(request)).rejects.toMatchObject({ type: 'Rejected' });
  });

  test('an unanswered challenge is voided', async () => {
    const request = newPayment('pm_card_authenticationRequired');
    const { nextAction } = await payments.client.authorize(request);
    expect(await payments.client.void({ paymentId: request.paymentId })).toMatchObject({ outcome: 'voided' });
    await expect(payments.answerChallenge(nextAction?.url, 'complete')).rejects.toThrow('status is canceled');
    expect(await payments.movements(request.paymentId)).toEqual([]);
  });
});
