import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { apiFor, send, tokenOf } from './api-people.ts';

const ada = apiFor('customer-123', 'customer');
const olga = apiFor('olga', 'operator');
const rita = apiFor('rita', 'reviewer');

const newId = () => `api-${randomUUID().slice(0, 12)}`;

const cart = (changes: object = {}) => ({
  ...{ checkoutId: newId(), lines: [{ sku: 'product-1', quantity: 2 }], currency: 'USD' as const, country: 'US' },
  ...{ paymentMethod: 'pm_card_visa' },
  ...changes,
});

/** Follows a checkout to its end. */
async function statesOf(events: AsyncIterable<{ id: string; event: string; data: { state: string } }>) {
  const seen: { id: string; event: string; state: string }[] = [];
  for await (const { id, event, data } of events) seen.push({ id, event, state: data.state });
  return seen;
}

describe('a customer', () => {
  test('places a checkout, watches it to its end, and reads it among their own', async () => {
    const request = cart();
    const { checkoutId } = request;

    const answer = await ada.placeCheckout(request);
    expect(answer).toEqual({
      checkoutId,
      orderId: checkoutId,
      answer: 'accepted',
      amounts: { currency: 'USD', goods: 5998, discount: 0, shipping: 0, tax: 0, total: 5998 },
    });
    expect(await ada.placeCheckout(request)).toEqual(answer);
    await expect(ada.placeCheckout({ ...request, country: 'GB' })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
      detail: { field: 'checkoutId' },
    });

    const seen = await statesOf(await ada.watchCheckout({ checkoutId }));
    expect(seen.at(-1)).toMatchObject({ event: 'ended', state: 'completed' });
    expect(seen.slice(0, -1).every(({ event }) => event === 'status')).toBe(true);

    const status = await ada.readCheckout({ checkoutId });
    expect(status).toMatchObject({
      checkoutId,
      state: 'completed',
      decisions: [],
      version: expect.stringMatching(/^\w{12}$/),
    });
    expect(status.steps.map(({ state }) => state)).toEqual(status.steps.map(() => 'done'));
    const { checkouts } = await ada.listCheckouts({ limit: 100 });
    expect(checkouts.map((row) => row.checkoutId)).toContain(checkoutId);
  });

  test('who was cut off comes back behind the event that they have seen', async () => {
    const request = cart();
    const { checkoutId } = request;
    await ada.placeCheckout(request);
    const [last] = (await statesOf(await ada.watchCheckout({ checkoutId }))).slice(-1);

    expect(await statesOf(await ada.watchCheckout({ checkoutId }, { lastEventId: last?.id }))).toEqual([]);
    expect(await statesOf(await ada.watchCheckout({ checkoutId }, { lastEventId: 'another' }))).toEqual([last]);
  });

  test('pays with another card after a decline, unless things have changed since they looked', async () => {
    const request = cart({ paymentMethod: 'pm_card_chargeDeclined', onDecline: 'wait' });
    const { checkoutId } = request;
    expect(await ada.placeCheckout(request)).toMatchObject({ answer: 'needs-action', waitingFor: { who: 'customer' } });
    const { version } = await ada.readCheckout({ checkoutId });

    const stale = { checkoutId, paymentMethod: 'pm_card_visa', version: 'of-yesterday' };
    await expect(ada.changePaymentMethod(stale)).rejects.toMatchObject({
      type: 'InvalidState',
      detail: { field: 'version' },
    });
    expect(await ada.changePaymentMethod({ ...stale, version })).toMatchObject({ answer: 'accepted' });
    await expect(ada.changePaymentMethod({ checkoutId, paymentMethod: 'pm_card_visa' })).rejects.toMatchObject({
      type: 'InvalidState',
    });
  });

  test('is told where to confirm the payment to the bank, and cancels instead', async () => {
    const request = cart({ paymentMethod: 'pm_card_authenticationRequired' });
    const { checkoutId } = request;
    expect(await ada.placeCheckout(request)).toMatchObject({
      answer: 'needs-action',
      waitingFor: { who: 'customer', url: expect.stringMatching(/^http/) },
    });

    expect(await ada.cancelCheckout({ checkoutId })).toMatchObject({ outcome: 'cancelled' });
    await expect(ada.cancelCheckout({ checkoutId })).rejects.toMatchObject({ type: 'InvalidState' });
    expect(await ada.readCheckout({ checkoutId })).toMatchObject({ state: 'cancelled' });
  });

  test('sees how a refund goes that the shop gives them', async () => {
    const request = cart();
    const { checkoutId: orderId } = request;
    await ada.placeCheckout(request);
    await statesOf(await ada.watchCheckout({ checkoutId: orderId }));
    const refundId = newId();

    const refund = { refundId, orderId, lines: [{ sku: 'product-1', quantity: 1 }], reason: 'too large' };
    expect(await olga.requestRefund(refund)).toEqual({ refundId, orderId });
    expect(await olga.requestRefund(refund)).toEqual({ refundId, orderId });
    await expect(olga.requestRefund({ ...refund, reason: 'too small' })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
    });
    expect((await statesOf(await ada.watchRefund({ refundId }))).at(-1)).toMatchObject({ state: 'completed' });
    expect(await ada.readRefund({ refundId })).toMatchObject({ refundId, orderId, amounts: { total: 2999 } });
    expect((await ada.listRefunds({ orderId })).refunds).toMatchObject([{ refundId, orderId, state: 'completed' }]);
  });
});

test('a reviewer decides about a payment, and stands in the history as their token says', async () => {
  const request = cart({ paymentMethod: 'pm_card_riskLevelElevated' });
  const { checkoutId } = request;
  expect(await ada.placeCheckout(request)).toMatchObject({ answer: 'pending', waitingFor: { who: 'reviewer' } });

  const asAnother = await send('POST', `/v1/checkouts/${checkoutId}/review`, {
    token: await tokenOf('rita', 'reviewer'),
    body: { decision: 'approve', note: 'fine', by: 'the chief auditor' },
  });
  expect(asAnother).toMatchObject({ status: 400, body: { field: 'by' } });

  const { version } = await rita.readCheckout({ checkoutId });
  expect(
    await rita.reviewCheckout({ checkoutId, decision: 'approve', note: 'known for years', version }),
  ).toMatchObject({
    decision: 'approve',
    by: 'rita',
    note: 'known for years',
  });
  await expect(rita.reviewCheckout({ checkoutId, decision: 'refuse', note: 'no', version })).rejects.toMatchObject({
    type: 'InvalidState',
  });
  await statesOf(await rita.watchCheckout({ checkoutId }));
  expect((await ada.readCheckout({ checkoutId })).decisions).toMatchObject([{ by: 'rita', decision: 'approve' }]);
});

describe('an operator', () => {
  test('follows processes of every kind, and decides where one needs it', async () => {
    const request = cart({ customerId: 'customer-123' });
    const { checkoutId: id } = request;
    await olga.placeCheckout(request);
    await statesOf(await olga.watchProcess({ kind: 'checkout', id }));

    expect(await olga.readProcess({ kind: 'checkout', id })).toMatchObject({ checkoutId: id, state: 'completed' });
    const decision = { kind: 'checkout', id, decision: 'retry', note: 'it is back' } as const;
    await expect(olga.resolveCall(decision)).rejects.toMatchObject({ type: 'InvalidState' });
    await expect(olga.cancelProcess({ kind: 'checkout', id })).rejects.toMatchObject({ type: 'InvalidState' });
    await expect(olga.readProcess({ kind: 'lunch', id })).rejects.toMatchObject({ type: 'InvalidRequest' });
    await expect(olga.readProcess({ kind: 'refund', id: 'never-seen' })).rejects.toMatchObject({ type: 'NotFound' });
  });

  test('says who buys, and reads the list page by page', async () => {
    await expect(olga.placeCheckout(cart())).rejects.toMatchObject({ detail: { field: 'customerId' } });
    const run = newId();
    const placed = Array.from({ length: 3 }, (_, number) =>
      cart({ checkoutId: `${run}-${number}`, customerId: 'customer-456' }),
    );
    for (const request of placed) await olga.placeCheckout(request);

    const found = new Set<string>();
    let after: string | undefined;
    do {
      const page = await olga.listCheckouts({ customerId: 'customer-456', limit: 2, ...(after && { after }) });
      expect(page.checkouts.length).toBeLessThanOrEqual(2);
      for (const { checkoutId } of page.checkouts) found.add(checkoutId);
      after = page.next;
    } while (after);
    expect([...found]).toEqual(expect.arrayContaining(placed.map(({ checkoutId }) => checkoutId)));
    await expect(olga.listCheckouts({ after: 'of-no-page', limit: 2 })).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field: 'after' },
    });
  });
});

test('what may not, is told so before anything is read', async () => {
  const body = { decision: 'approve', note: 'fine' };
  const token = await tokenOf('customer-123', 'customer');
  expect(await send('POST', '/v1/checkouts/any/review', { body })).toMatchObject({ status: 401 });
  expect(await send('POST', '/v1/checkouts/any/review', { token, body })).toMatchObject({ status: 403 });
  expect(await send('POST', '/v1/processes/checkout/any/resolutions', { token, body })).toMatchObject({ status: 403 });
  const nameless = await tokenOf('a person / with a name', 'customer');
  expect(await send('GET', '/v1/checkouts', { token: nameless })).toMatchObject({
    status: 403,
    body: { detail: expect.stringContaining('names no customer') },
  });
});
