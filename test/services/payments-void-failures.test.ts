import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { newPayment, type Payments, startPayments, voidTwice } from './payments-environment.ts';

let payments: Payments;
beforeAll(async () => {
  payments = await startPayments();
});
afterAll(() => payments.stop());

describe('unknown outcomes', () => {
  test.each(['pm_fault_create_then_hang', 'pm_fault_hang_before'])(
    '%s: the intent that never got confirmed is cancelled',
    async (method) => {
      const request = newPayment(method);
      await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'DeadlineExceeded' });
      expect(await voidTwice(payments, request.paymentId)).toMatchObject({ outcome: 'voided' });
      expect(await payments.intents(request.paymentId)).toMatchObject([{ status: 'canceled' }]);
      expect(await payments.movements(request.paymentId)).toEqual([]);
    },
  );

  test('a creation that never reached the provider', async () => {
    const request = newPayment();
    await payments.stopSimulator();
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'Unavailable' });
    await expect(payments.client.void({ paymentId: request.paymentId })).rejects.toMatchObject({ type: 'Unavailable' });
    await payments.startSimulator();
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'InvalidState' });
    expect(await voidTwice(payments, request.paymentId)).toMatchObject({ outcome: 'voided' });
    expect(await payments.movements(request.paymentId)).toEqual([]);
  });

  test('a confirmation whose answer got lost is released', async () => {
    const request = newPayment('pm_fault_apply_then_hang');
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'DeadlineExceeded' });
    expect(await voidTwice(payments, request.paymentId)).toMatchObject({ outcome: 'voided' });
    expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998', 'voided 5998']);
  });

  test('a void whose own answer got lost tells what it did', async () => {
    const request = newPayment('pm_fault_cancel_then_hang');
    await payments.client.authorize(request);
    await expect(payments.client.void({ paymentId: request.paymentId })).rejects.toMatchObject({
      type: 'DeadlineExceeded',
    });
    expect(await voidTwice(payments, request.paymentId)).toMatchObject({ outcome: 'voided' });
    expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998', 'voided 5998']);
  });

  test.each(['pm_fault_refund_then_hang', 'pm_fault_refund_then_500'])(
    '%s: money is given back once',
    async (method) => {
      const { paymentId } = await captured(method);
      await payments.client
        .void({ paymentId })
        .catch((error) => expect(error).toMatchObject({ type: 'DeadlineExceeded' }));
      expect(await voidTwice(payments, paymentId)).toMatchObject({ outcome: 'refunded', payment: { refunded: 5998 } });
      expect((await payments.movements(paymentId)).slice(1)).toEqual(['captured 5998', 'refunded 5998']);
    },
  );
});

describe('a provider that has forgotten the keys, or has stored an error', () => {
  test('an authorization is released once', async () => {
    const request = newPayment('pm_fault_cancel_then_hang');
    const { paymentId } = request;
    await payments.client.authorize(request);
    await expect(payments.client.void({ paymentId })).rejects.toMatchObject({ type: 'DeadlineExceeded' });
    await payments.forgetKeys();
    expect(await voidTwice(payments, paymentId)).toMatchObject({ outcome: 'voided' });
    expect(await payments.movements(paymentId)).toEqual(['authorized 5998', 'voided 5998']);
  });

  test('a capture is given back once', async () => {
    const { paymentId } = await captured('pm_fault_refund_then_hang');
    await expect(payments.client.void({ paymentId })).rejects.toMatchObject({ type: 'DeadlineExceeded' });
    await payments.forgetKeys();
    expect(await voidTwice(payments, paymentId)).toMatchObject({ outcome: 'refunded', payment: { refunded: 5998 } });
    expect((await payments.movements(paymentId)).slice(1)).toEqual(['captured 5998', 'refunded 5998']);
  });

  test('a stored error 500 before the effect: it has to be done by hand, then the void ends', async () => {
    const request = newPayment('pm_fault_cancel_500_stored');
    const { paymentId } = request;
    const { intentId } = await payments.client.authorize(request);
    for (const _ of ['first', 'second']) {
      await expect(payments.client.void({ paymentId })).rejects.toMatchObject({
        type: 'Rejected',
        message: expect.stringContaining(String(intentId)),
      });
    }
    await sql`update payment_intents set status = 'canceled' where id = ${intentId}`.execute(
      payments.simulatorDatabase,
    );
    expect(await voidTwice(payments, paymentId)).toMatchObject({ outcome: 'voided', payment: { state: 'voided' } });
  });

  test('a payment that is processing is waited for', async () => {
    const request = newPayment('pm_fault_late_success');
    const { paymentId } = request;
    await payments.client.authorize(request);
    await expect(payments.client.void({ paymentId })).rejects.toMatchObject({ type: 'InProgress' });
    expect(await voidTwice(payments, paymentId)).toMatchObject({ outcome: 'voided' });
    expect(await payments.movements(paymentId)).toEqual(['authorized 5998', 'voided 5998']);
  });
});

async function captured(method = 'pm_card_visa') {
  const request = newPayment(method);
  await payments.client.authorize(request);
  return payments.client.capture({ paymentId: request.paymentId });
}
