import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPayment, type Payments, startPayments } from './payments-environment.ts';

let payments: Payments;
beforeAll(async () => {
  payments = await startPayments();
});
afterAll(() => payments.stop());

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

  test('no answer to the first try, a reset connection: the amount is held once', async () => {
    const request = newPayment('pm_fault_apply_then_reset');
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
    expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998']);
  });

  test.each(['pm_fault_apply_then_hang', 'pm_fault_create_then_hang'])(
    '%s, and the provider has forgotten the keys: the amount is held once',
    async (method) => {
      const request = newPayment(method);
      await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'DeadlineExceeded' });
      await payments.forgetKeys();
      expect(await payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
      expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998']);
    },
  );

  test('a decline behind a stored error 500 is told as the decline', async () => {
    const request = newPayment('pm_fault_decline_then_500');
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'CardDeclined' });
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'CardDeclined' });
  });

  test.each([
    ['pm_fault_500_stored', 'voided'],
    ['pm_fault_create_500_stored', 'nothing'],
  ])('%s: nothing was taken and never will be, and that is said', async (method, outcome) => {
    const request = newPayment(method);
    const { paymentId } = request;
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'Internal' });
    for (const _ of ['second', 'third']) {
      await expect(payments.client.authorize(request)).rejects.toMatchObject({
        type: 'Rejected',
        message: expect.stringContaining('nothing was taken'),
      });
    }
    expect(await payments.client.findPayment({ paymentId })).toMatchObject({ state: 'created' });
    expect(await payments.client.void({ paymentId })).toMatchObject({ outcome });
    expect(await payments.movements(paymentId)).toEqual([]);
  });

  test('a bank that answers late is processing first, then what it answered', async () => {
    const request = newPayment('pm_fault_late_success');
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'processing' });
    expect(await untilSettled(request)).toMatchObject({ state: 'authorized' });
    expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998']);
  });

  test('a bank that refuses late', async () => {
    const request = newPayment('pm_fault_late_decline');
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'processing' });
    await expect(untilSettled(request)).rejects.toMatchObject({ type: 'CardDeclined' });
  });

  test('a call to the provider ends while its caller still waits, and tells so', async () => {
    const patient = await payments.startService({ PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS: '50000' });
    const request = newPayment('pm_fault_apply_then_hang');
    await expect(patient.authorize(request, { timeoutMilliseconds: 1_000 })).rejects.toMatchObject({
      type: 'DeadlineExceeded',
      message: expect.stringContaining('The payment provider'),
    });
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
    expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998']);
  });

  test('a caller without time makes no call', async () => {
    const request = newPayment();
    await expect(payments.client.authorize(request, { timeoutMilliseconds: 90 })).rejects.toMatchObject({
      type: 'DeadlineExceeded',
    });
    expect(await payments.intents(request.paymentId)).toEqual([]);
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

/** Asks until the bank has answered. */
async function untilSettled(request: ReturnType<typeof newPayment>) {
  for (;;) {
    const payment = await payments.client.authorize(request);
    if (payment.state !== 'processing') return payment;
  }
}
