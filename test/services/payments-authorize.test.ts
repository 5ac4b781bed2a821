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

  test('a method that the provider does not know is rejected', async () => {
    await expect(payments.client.authorize(newPayment('pm_unknown'))).rejects.toMatchObject({ type: 'Rejected' });
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
    await expect(payments.client.authorize(other)).rejects.toMatchObject({ type: 'IdempotencyConflict' });
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

describe('a provider that fails', () => {
  test('no answer after the effect: the second call reads that the amount is held', async () => {
    const request = newPayment('pm_fault_apply_then_hang');
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'DeadlineExceeded' });
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
    expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998']);
  });

  test('no answer before the effect: the second call holds the amount', async () => {
    const request = newPayment('pm_fault_hang_before');
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'DeadlineExceeded' });
    expect(await payments.movements(request.paymentId)).toEqual([]);
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
    expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998']);
  });

  test('the answer to the creation gets lost: the second call finds the same intent', async () => {
    const request = newPayment('pm_fault_create_then_hang');
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'DeadlineExceeded' });
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
    expect(await payments.intents(request.paymentId)).toHaveLength(1);
    expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998']);
  });

  test('a stored error 500 after the effect: reading the intent shows the truth', async () => {
    const request = newPayment('pm_fault_apply_then_500');
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
    expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998']);
  });

  test('an error 500 before the effect may be tried again', async () => {
    const request = newPayment('pm_fault_500');
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'Internal' });
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
  });

  test('a stored error 500 before the effect stays, and a void leaves nothing open', async () => {
    const request = newPayment('pm_fault_500_stored');
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'Internal' });
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'Internal' });
    expect(await payments.client.void({ paymentId: request.paymentId })).toMatchObject({ outcome: 'voided' });
    expect(await payments.intents(request.paymentId)).toMatchObject([{ status: 'canceled', held: 0 }]);
  });

  test('too many calls: the failure says when to come back', async () => {
    const request = newPayment('pm_fault_rate_limited');
    await expect(payments.client.authorize(request)).rejects.toMatchObject({
      type: 'RateLimited',
      detail: { retryAfterMilliseconds: 1_000 },
    });
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
  });

  test('a provider that is away is unavailable; one that comes back has lost nothing', async () => {
    const before = newPayment();
    const during = newPayment();
    await payments.client.authorize(before);
    await payments.stopSimulator();
    await expect(payments.client.authorize(during)).rejects.toMatchObject({ type: 'Unavailable' });
    await payments.startSimulator();
    expect(await payments.client.findPayment({ paymentId: before.paymentId })).toMatchObject({ state: 'authorized' });
    expect(await payments.client.authorize(before)).toMatchObject({ state: 'authorized' });
    expect(await payments.client.authorize(during)).toMatchObject({ state: 'authorized' });
    expect(await payments.movements(before.paymentId)).toEqual(['authorized 5998']);
    expect(await payments.movements(during.paymentId)).toEqual(['authorized 5998']);
  });
});
