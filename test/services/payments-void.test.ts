import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { planVoid } from '../../services/payments/intent.ts';
import { newPayment, type Payments, startPayments, voidTwice } from './payments-environment.ts';

let payments: Payments;
beforeAll(async () => {
  payments = await startPayments();
});
afterAll(() => payments.stop());

const isClosed = (paymentId: string) =>
  payments
    .intents(paymentId)
    .then((intents) => intents.every(({ held, captured, refunded }) => held + captured === refunded));

test('a payment that was never seen is refused from now on', async () => {
  const request = newPayment();
  expect(await voidTwice(payments, request.paymentId)).toEqual({ outcome: 'nothing' });
  await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'InvalidState' });
  await expect(payments.client.findPayment({ paymentId: request.paymentId })).rejects.toMatchObject({
    type: 'NotFound',
  });
  expect(await payments.intents(request.paymentId)).toEqual([]);
});

test('an authorization is released, and the payment is over', async () => {
  const request = newPayment();
  await payments.client.authorize(request);
  expect(await voidTwice(payments, request.paymentId)).toMatchObject({
    outcome: 'voided',
    payment: { state: 'voided', refunded: 0 },
  });
  expect(await payments.movements(request.paymentId)).toEqual(['authorized 5998', 'voided 5998']);
  await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'InvalidState' });
  await expect(payments.client.capture({ paymentId: request.paymentId })).rejects.toMatchObject({
    type: 'InvalidState',
  });
});

test('a capture is given back, what was refunded before excepted', async () => {
  const { paymentId } = await captured();
  await payments.client.refund({ paymentId, refundId: 'r1', amount: 998 });
  expect(await voidTwice(payments, paymentId)).toMatchObject({ outcome: 'refunded', payment: { refunded: 5998 } });
  expect((await payments.movements(paymentId)).slice(1)).toEqual(['captured 5998', 'refunded 998', 'refunded 5000']);
  await expect(payments.client.refund({ paymentId, refundId: 'r2', amount: 1 })).rejects.toMatchObject({
    type: 'InvalidState',
  });
  await expect(payments.client.capture({ paymentId })).rejects.toMatchObject({ type: 'InvalidState' });
});

test('a capture that was refunded as a whole needs nothing', async () => {
  const { paymentId } = await captured();
  await payments.client.refund({ paymentId, refundId: 'r1', amount: 5998 });
  expect(await voidTwice(payments, paymentId)).toMatchObject({ outcome: 'nothing' });
});

test('a declined payment is closed; no money was held, so there was nothing to void', async () => {
  const request = newPayment('pm_card_chargeDeclined');
  await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'CardDeclined' });
  expect(await voidTwice(payments, request.paymentId)).toMatchObject({
    outcome: 'nothing',
    payment: { state: 'voided' },
  });
  expect(await payments.intents(request.paymentId)).toMatchObject([{ status: 'canceled' }]);
  expect(await payments.movements(request.paymentId)).toEqual([]);
});

test.each([
  ['pm_unknown', 'PaymentMethodUnknown'],
  ['pm_fault_create_500_stored', 'Internal'],
])('%s: a payment that the provider never made has nothing to void', async (method, type) => {
  const request = newPayment(method);
  await expect(payments.client.authorize(request)).rejects.toMatchObject({ type });
  expect(await voidTwice(payments, request.paymentId)).toMatchObject({
    outcome: 'nothing',
    payment: { state: 'voided' },
  });
});

test('a payment that the provider is still processing is waited for', () => {
  const intent = {
    latest_charge: null,
    last_payment_error: null,
    amount: 5998,
    amount_received: 0,
    cancellation_reason: null,
    next_action: null,
    review: null,
  };
  expect(planVoid({ ...intent, status: 'processing' })).toEqual({ act: 'wait' });
  expect(planVoid({ ...intent, status: 'requires_action' })).toEqual({ act: 'cancel', outcome: 'voided' });
});

describe('at the same moment', () => {
  test('a void that begins while the intent is being made stops its confirmation', async () => {
    const request = newPayment();
    const { paymentId } = request;
    const authorizing = await payments.simulatorDatabase.transaction().execute(async (transaction) => {
      await sql`lock table payment_intents in exclusive mode`.execute(transaction);
      const ending = payments.client.authorize(request).catch((error) => error);
      await creationWaits();
      await expect(payments.client.void({ paymentId })).rejects.toMatchObject({ type: 'InProgress' });
      return { ending };
    });
    expect(await authorizing.ending).toMatchObject({ type: 'InvalidState' });
    expect(await payments.client.void({ paymentId })).toMatchObject({ outcome: 'voided' });
    expect(await payments.movements(paymentId)).toEqual([]);
  });

  test('a void that is to keep what is captured leaves a payment alone that is captured after its first look', async () => {
    const request = newPayment();
    const { paymentId } = request;
    await payments.client.authorize(request);
    const { voiding } = await payments.database.transaction().execute(async (transaction) => {
      await sql`select 1 from payments where payment_id = ${paymentId} for update`.execute(transaction);
      const ending = payments.client.void({ paymentId, captured: 'keep' });
      await voidWaits();
      await payments.dashboard(`payments/${paymentId}/capture`);
      return { voiding: ending };
    });
    expect(await voiding).toMatchObject({ outcome: 'captured', payment: { state: 'captured', refunded: 0 } });
    expect(await payments.client.capture({ paymentId })).toMatchObject({ state: 'captured' });
    expect(await payments.movements(paymentId)).toEqual(['authorized 5998', 'captured 5998']);
  });

  test.each(Array.from({ length: 6 }, (_, round) => round))(
    'an authorization and its void leave nothing open (%#)',
    async () => {
      const request = newPayment();
      const authorizing = payments.client.authorize(request).catch((error) => error);
      await payments.client.void({ paymentId: request.paymentId }).catch((error) => {
        expect(error).toMatchObject({ type: 'InProgress' });
      });
      await authorizing;
      await payments.client.void({ paymentId: request.paymentId });
      expect(await isClosed(request.paymentId)).toBe(true);
      await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'InvalidState' });
    },
  );

  test.each(Array.from({ length: 6 }, (_, round) => round))(
    'a capture and a void leave no money behind (%#)',
    async () => {
      const request = newPayment();
      const { paymentId } = request;
      await payments.client.authorize(request);
      const capturing = payments.client.capture({ paymentId }).catch((error) => error);
      await payments.client.void({ paymentId });
      await capturing;
      expect(await isClosed(paymentId)).toBe(true);
    },
  );
});

/** Until the simulator waits for the table that this test has locked. */
async function creationWaits(): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      select 1 from pg_locks
      where relation = 'payment_intents'::regclass and mode = 'RowExclusiveLock' and not granted
    `.execute(payments.simulatorDatabase);
    if (rows.length > 0) return;
  }
}

/** Until a void waits for the row that this test has locked. */
async function voidWaits(): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%insert into payments (payment_id, void_started_at%'
    `.execute(payments.simulatorDatabase);
    if (rows.length > 0) return;
  }
}

async function captured(method = 'pm_card_visa') {
  const request = newPayment(method);
  await payments.client.authorize(request);
  return payments.client.capture({ paymentId: request.paymentId });
}
