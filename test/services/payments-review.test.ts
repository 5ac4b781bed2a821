import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { newPayment, type Payments, startPayments } from './payments-environment.ts';

let payments: Payments;
beforeAll(async () => {
  payments = await startPayments();
});
afterEach(() => payments.admin('DELETE', 'faults'));
afterAll(() => payments.stop());

/** A payment that is held and waits for a person. */
async function inReview() {
  const request = newPayment('pm_card_riskLevelElevated');
  const payment = await payments.client.authorize(request);
  expect(payment).toMatchObject({ state: 'in_review' });
  return { request, paymentId: request.paymentId };
}

const faultAtEachCall = (kind: string) =>
  payments.admin('PUT', 'faults', { seed: 'review', probability: 1, kinds: [kind] });

test('what is in review is held and not taken', async () => {
  const { request, paymentId } = await inReview();
  expect(await payments.client.authorize(request)).toMatchObject({ state: 'in_review' });
  expect(await payments.client.findPayment({ paymentId })).toMatchObject({ state: 'in_review' });
  await expect(payments.client.capture({ paymentId })).rejects.toMatchObject({
    type: 'InvalidState',
    message: expect.stringContaining('in review'),
  });
  expect(await payments.movements(paymentId)).toEqual(['authorized 5998']);
});

test('an approved one is taken; it is approved once', async () => {
  const { paymentId } = await inReview();
  const approved = await payments.client.approveReview({ paymentId });
  expect(approved).toMatchObject({ state: 'authorized' });
  expect(await payments.client.approveReview({ paymentId })).toEqual(approved);
  expect(await payments.client.capture({ paymentId })).toMatchObject({ state: 'captured' });
  expect(await payments.client.approveReview({ paymentId })).toMatchObject({ state: 'captured' });
  expect(await payments.movements(paymentId)).toEqual(['authorized 5998', 'captured 5998']);
});

test('one that was never told to be in review is not taken either', async () => {
  const request = newPayment('pm_card_riskLevelElevated');
  const { paymentId } = request;
  await faultAtEachCall('then_hang');
  for (const _ of ['create', 'confirm']) {
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type: 'DeadlineExceeded' });
  }
  await payments.admin('DELETE', 'faults');
  await expect(payments.client.capture({ paymentId })).rejects.toMatchObject({ type: 'InvalidState' });
  expect(await payments.movements(paymentId)).toEqual(['authorized 5998']);
});

test.each(['then_500', 'then_reset', 'then_hang'])('%s: the approval is found by reading', async (kind) => {
  const { paymentId } = await inReview();
  await faultAtEachCall(kind);
  expect(await payments.client.approveReview({ paymentId })).toMatchObject({ state: 'authorized' });
});

test('an approval that never got through may be tried again; one with a stored error never gets through', async () => {
  const first = await inReview();
  const second = await inReview();
  await faultAtEachCall('500');
  await expect(payments.client.approveReview({ paymentId: first.paymentId })).rejects.toMatchObject({
    type: 'Internal',
  });
  await faultAtEachCall('500_stored');
  await expect(payments.client.approveReview({ paymentId: second.paymentId })).rejects.toMatchObject({
    type: 'Internal',
  });
  await payments.admin('DELETE', 'faults');
  expect(await payments.client.approveReview({ paymentId: first.paymentId })).toMatchObject({ state: 'authorized' });
  await expect(payments.client.approveReview({ paymentId: second.paymentId })).rejects.toMatchObject({
    type: 'Rejected',
  });
  expect(await payments.client.findPayment({ paymentId: second.paymentId })).toMatchObject({ state: 'in_review' });
});

test('a payment without a review, an unknown one and a voided one have nothing to approve', async () => {
  const plain = newPayment();
  await payments.client.authorize(plain);
  const refusal = (paymentId: typeof plain.paymentId) =>
    payments.client.approveReview({ paymentId }).catch((error) => error.type);
  expect(await refusal(plain.paymentId)).toBe('InvalidState');
  expect(await refusal(newPayment().paymentId)).toBe('NotFound');

  const { paymentId } = await inReview();
  expect(await payments.client.void({ paymentId })).toMatchObject({ outcome: 'voided' });
  expect(await refusal(paymentId)).toBe('InvalidState');
  expect(await payments.movements(paymentId)).toEqual(['authorized 5998', 'voided 5998']);
});
