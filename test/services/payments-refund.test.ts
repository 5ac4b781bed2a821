import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { newPayment, type Payments, startPayments } from './payments-environment.ts';

let payments: Payments;
beforeAll(async () => {
  payments = await startPayments();
});
afterAll(() => payments.stop());

describe('capture', () => {
  test('takes the whole amount, once', async () => {
    const request = newPayment();
    const { paymentId } = request;
    await payments.client.authorize(request);
    const first = await payments.client.capture({ paymentId });
    expect(first).toMatchObject({ state: 'captured', refunded: 0 });
    expect(await payments.client.capture({ paymentId })).toEqual(first);
    expect(await payments.client.authorize(request)).toEqual(first);
    expect(await payments.movements(paymentId)).toEqual(['authorized 5998', 'captured 5998']);
  });

  test('told again after a refund, it tells of the refund', async () => {
    const paymentId = await capture();
    await payments.client.refund({ paymentId, refundId: 'r1', amount: 1000 });
    expect(await payments.client.capture({ paymentId })).toMatchObject({ state: 'captured', refunded: 1000 });
  });

  test.each(['pm_fault_capture_then_hang', 'pm_fault_capture_then_reset', 'pm_fault_capture_then_500'])(
    '%s: takes it once, also when the provider has forgotten the key',
    async (method) => {
      const request = newPayment(method);
      const { paymentId } = request;
      await payments.client.authorize(request);
      await payments.client
        .capture({ paymentId })
        .catch((error) => expect(error).toMatchObject({ type: 'DeadlineExceeded' }));
      await payments.forgetKeys();
      expect(await payments.client.capture({ paymentId })).toMatchObject({ state: 'captured' });
      expect(await payments.movements(paymentId)).toEqual(['authorized 5998', 'captured 5998']);
    },
  );

  test('a stored error 500 before the effect: nothing is taken under this key any more, and that is said', async () => {
    const request = newPayment('pm_fault_capture_500_stored');
    const { paymentId } = request;
    await payments.client.authorize(request);
    await expect(payments.client.capture({ paymentId })).rejects.toMatchObject({ type: 'Internal' });
    await expect(payments.client.capture({ paymentId })).rejects.toMatchObject({ type: 'Rejected' });
    expect(await payments.client.findPayment({ paymentId })).toMatchObject({ state: 'authorized' });
    expect(await payments.client.void({ paymentId })).toMatchObject({ outcome: 'voided' });
    expect(await payments.movements(paymentId)).toEqual(['authorized 5998', 'voided 5998']);
  });

  test('too many calls: the failure says when to come back', async () => {
    const request = newPayment('pm_fault_capture_rate_limited');
    const { paymentId } = request;
    await payments.client.authorize(request);
    await expect(payments.client.capture({ paymentId })).rejects.toMatchObject({
      type: 'RateLimited',
      detail: { retryAfterMilliseconds: 1_000 },
    });
    expect(await payments.client.capture({ paymentId })).toMatchObject({ state: 'captured' });
  });

  test('an authorization that has expired at the bank is told so', async () => {
    const request = newPayment('pm_fault_authorization_expires');
    const { paymentId } = request;
    await payments.client.authorize(request);
    for (const _ of ['first', 'again']) {
      await expect(payments.client.capture({ paymentId })).rejects.toMatchObject({ type: 'AuthorizationExpired' });
    }
    expect(await payments.movements(paymentId)).toEqual(['authorized 5998', 'voided 5998']);
  });

  test('of a payment unknown, declined or expired is refused', async () => {
    const declined = newPayment('pm_card_chargeDeclined');
    await payments.client.authorize(declined).catch(() => undefined);
    const expired = newPayment();
    await payments.client.authorize(expired);
    await sql`
      update payment_intents set status = 'canceled', cancellation_reason = 'automatic'
      where metadata ->> 'payment_id' = ${expired.paymentId}
    `.execute(payments.simulatorDatabase);
    const type = (request: ReturnType<typeof newPayment>) =>
      payments.client.capture({ paymentId: request.paymentId }).catch((error) => error.type);
    expect(await type(newPayment())).toBe('NotFound');
    expect(await type(declined)).toBe('InvalidState');
    expect(await type(expired)).toBe('AuthorizationExpired');
  });
});

describe('refund', () => {
  test('gives back in parts, once for each id', async () => {
    const paymentId = await capture();
    await payments.client.refund({ paymentId, refundId: 'r1', amount: 1000 });
    const second = await payments.client.refund({ paymentId, refundId: 'r2', amount: 4998 });
    expect(second).toMatchObject({ state: 'captured', refunded: 5998 });
    expect(await payments.client.refund({ paymentId, refundId: 'r1', amount: 1000 })).toEqual(second);
    expect((await payments.movements(paymentId)).slice(2)).toEqual(['refunded 1000', 'refunded 4998']);
  });

  test('the same id with another amount is a conflict', async () => {
    const paymentId = await capture();
    await payments.client.refund({ paymentId, refundId: 'r1', amount: 1000 });
    await expect(payments.client.refund({ paymentId, refundId: 'r1', amount: 1001 })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
    });
  });

  test('never more than was captured, over all refunds', async () => {
    const paymentId = await capture();
    await payments.client.refund({ paymentId, refundId: 'r1', amount: 5000 });
    await expect(payments.client.refund({ paymentId, refundId: 'r2', amount: 999 })).rejects.toMatchObject({
      type: 'RefundTooLarge',
      detail: { facts: { amount: 999, left: 998, captured: 5998 } },
    });
    expect(await payments.client.refund({ paymentId, refundId: 'r2', amount: 998 })).toMatchObject({ refunded: 5998 });
  });

  test('never more than was captured, when many run at once', async () => {
    const paymentId = await capture();
    const endings = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        payments.client.refund({ paymentId, refundId: `r${index}`, amount: 2500 }),
      ),
    );
    const refused = endings.filter((ending) => ending.status === 'rejected');
    expect(refused.map(({ reason }) => reason.type)).toEqual(Array(6).fill('RefundTooLarge'));
    expect((await payments.movements(paymentId)).slice(2)).toEqual(['refunded 2500', 'refunded 2500']);
    const { rows } = await sql`select state from refunds where payment_id = ${paymentId}`.execute(payments.database);
    expect(rows).toEqual([{ state: 'succeeded' }, { state: 'succeeded' }]);
  });

  test('the same refund many times at once gives back once', async () => {
    const paymentId = await capture();
    const refund = { paymentId, refundId: 'r1', amount: 2500 };
    const endings = await Promise.allSettled(Array.from({ length: 8 }, () => payments.client.refund(refund)));
    for (const ending of endings) {
      if (ending.status === 'rejected') expect(ending.reason).toMatchObject({ type: 'InProgress' });
    }
    expect(await payments.client.refund(refund)).toMatchObject({ refunded: 2500 });
    expect((await payments.movements(paymentId)).slice(2)).toEqual(['refunded 2500']);
  });

  test('of what was not captured is refused', async () => {
    const request = newPayment();
    await payments.client.authorize(request);
    await expect(
      payments.client.refund({ paymentId: request.paymentId, refundId: 'r1', amount: 1 }),
    ).rejects.toMatchObject({ type: 'InvalidState' });
  });

  test.each(['pm_fault_refund_then_hang', 'pm_fault_refund_then_reset', 'pm_fault_refund_then_500'])(
    '%s: gives it back once',
    async (method) => {
      const paymentId = await capture(method);
      const refund = { paymentId, refundId: 'r1', amount: 1000 };
      await payments.client.refund(refund).catch((error) => expect(error).toMatchObject({ type: 'DeadlineExceeded' }));
      expect(await payments.client.refund(refund)).toMatchObject({ refunded: 1000 });
      expect((await payments.movements(paymentId)).slice(2)).toEqual(['refunded 1000']);
    },
  );

  test('an outcome unknown for so long that the provider forgot the key is read, not repeated', async () => {
    const paymentId = await capture('pm_fault_refund_then_hang');
    const refund = { paymentId, refundId: 'r1', amount: 1000 };
    await expect(payments.client.refund(refund)).rejects.toMatchObject({ type: 'DeadlineExceeded' });
    await payments.forgetKeys();
    expect(await payments.client.refund(refund)).toMatchObject({ refunded: 1000 });
    expect((await payments.movements(paymentId)).slice(2)).toEqual(['refunded 1000']);
  });

  test('a stored error 500 before the effect ends the refund; what it had reserved may be given back', async () => {
    const paymentId = await capture('pm_fault_refund_500_stored');
    const refund = { paymentId, refundId: 'r1', amount: 1000 };
    await expect(payments.client.refund(refund)).rejects.toMatchObject({ type: 'Internal' });
    for (const _ of ['first', 'again']) {
      await expect(payments.client.refund(refund)).rejects.toMatchObject({ type: 'InvalidState' });
    }
    expect((await payments.movements(paymentId)).slice(2)).toEqual([]);
    const { rows } = await sql`select state from refunds where payment_id = ${paymentId}`.execute(payments.database);
    expect(rows).toEqual([{ state: 'failed' }]);
  });

  test('a refund that the provider refuses gives its reservation back and stays refused', async () => {
    const paymentId = await capture();
    const { id } = await payments.dashboard(`payments/${paymentId}/dispute`, { amount: 100 });
    const refund = { paymentId, refundId: 'r1', amount: 1000 };
    await expect(payments.client.refund(refund)).rejects.toMatchObject({ type: 'PaymentDisputed' });
    await expect(payments.client.refund(refund)).rejects.toMatchObject({ type: 'InvalidState' });
    await payments.dashboard(`disputes/${id}/win`);
    expect(await payments.client.refund({ paymentId, refundId: 'r2', amount: 5998 })).toMatchObject({ refunded: 5998 });
  });
});

async function capture(method = 'pm_card_visa') {
  const request = newPayment(method);
  await payments.client.authorize(request);
  const { paymentId } = await payments.client.capture({ paymentId: request.paymentId });
  return paymentId;
}
