import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from '@temporalio/client';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import type { RefundClient } from '../../client/refund-client.ts';
import type { ServiceClients } from '../../client/services.ts';
import { cart } from '../../demo/shop.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { RefundInput, RefundResult } from '../../workflows/refund/contract.ts';
import { openClients } from '../clients.ts';
import { type EventRecorder, recordEvents } from '../event-recorder.ts';

let services: ServiceClients;
let checkouts: CheckoutClient;
let refunds: RefundClient;
let connection: Connection;
let listener: EventRecorder;

beforeAll(async () => {
  ({ services, connection, checkouts, refunds } = await openClients());
  listener = await recordEvents(process.env['AMQP_URL'] ?? '');
});

afterAll(async () => {
  await listener?.close();
  await connection?.close();
});

/** Four pieces of product-1 for 119.96 USD, completed. */
async function completedOrder(): Promise<string> {
  const input = cart(`refund-${randomUUID()}`, { lines: [{ sku: 'product-1', quantity: 4 }] });
  await checkouts.startCheckout(input);
  expect((await checkouts.waitForResult(input.checkoutId)).outcome).toBe('completed');
  return input.checkoutId;
}

async function refund(orderId: string, more: Partial<RefundInput> = {}): Promise<RefundResult> {
  const refundId = more.refundId ?? `refund-${randomUUID()}`;
  await refunds.startRefund({ refundId, orderId, reason: 'does not fit', ...more });
  return refunds.waitForResult(refundId);
}

const pieces = (quantity: number) => ({ lines: [{ sku: 'product-1', quantity }] });
const order = (orderId: string) => services.orders.findOrder({ orderId });
const stock = async () => (await services.inventory.listStock({ sku: 'product-1' })).stock[0];

test('a part of an order comes back: money, goods, books, event and mail', async () => {
  const orderId = await completedOrder();
  const before = await stock();
  const result = await refund(orderId, pieces(1));
  expect(result).toMatchObject({ outcome: 'completed', amounts: { total: 2999, currency: 'USD' } });

  const { data } = await listener.waitFor('OrderRefunded', ({ subject }) => subject === orderId);
  expect(data).toMatchObject({ orderId, refundId: result.refundId, itemCount: 1, reason: 'does not fit' });
  expect(await order(orderId)).toMatchObject({ state: 'completed', refunded: 2999 });
  expect((await stock())?.onHand).toBe((before?.onHand ?? 0) + 1);
  const isPosted = async () =>
    (await services.ledger.listJournals({ subject: `order/${orderId}` })).journals.length === 2;
  expect(await waitUntil(isPosted, { within: 20_000 })).toBe(true);
  const isMailed = async () =>
    (await services.mailSink.listMails({ checkoutId: orderId as never })).mails.some(
      ({ template }) => template === 'order-refunded',
    );
  expect(await waitUntil(isMailed, { within: 20_000 })).toBe(true);
});

test('several refunds, also at once, never give back more than was paid', async () => {
  const orderId = await completedOrder();
  const results = await Promise.all([refund(orderId, pieces(3)), refund(orderId, pieces(3)), refund(orderId)]);
  const { refunded, amounts } = await order(orderId);
  expect(refunded).toBeLessThanOrEqual(amounts.total);
  expect(results.filter(({ outcome }) => outcome === 'completed').length).toBeGreaterThan(0);
  expect(results.filter(({ outcome }) => outcome === 'refused').length).toBeGreaterThan(0);
  await refund(orderId);
  expect((await order(orderId)).refunded).toBe(amounts.total);
});

test('the same refund asked for again gives nothing back twice, and other content is a conflict', async () => {
  const orderId = await completedOrder();
  const refundId = `refund-${randomUUID()}`;
  const first = await refund(orderId, { refundId, ...pieces(1) });
  expect(await refund(orderId, { refundId, ...pieces(1) })).toEqual(first);
  expect((await order(orderId)).refunded).toBe(2999);
  await expect(refund(orderId, { refundId, ...pieces(2) })).rejects.toMatchObject({ type: 'IdempotencyConflict' });
});

test('goods that do not come back are not restocked', async () => {
  const orderId = await completedOrder();
  const before = await stock();
  expect((await refund(orderId, { ...pieces(1), restock: false })).outcome).toBe('completed');
  expect((await stock())?.onHand).toBe(before?.onHand);
});

describe('a refund is refused, and nothing is changed,', () => {
  test.each([
    ['of lines that were not bought', 'LineNotBought', { lines: [{ sku: 'product-2', quantity: 1 }] }],
    ['of more pieces than were bought', 'LineNotBought', pieces(5)],
  ])('%s', async (_, type, more) => {
    const orderId = await completedOrder();
    expect(await refund(orderId, more)).toMatchObject({ outcome: 'refused', reason: { type } });
    expect(await order(orderId)).toMatchObject({ refunded: 0 });
  });

  test('of an order that was given back already', async () => {
    const orderId = await completedOrder();
    await refund(orderId);
    const again = await refund(orderId);
    expect(again).toMatchObject({ outcome: 'refused', reason: { type: 'RefundTooLarge' } });
  });

  test('of an order that was not completed', async () => {
    const input = cart(`refund-${randomUUID()}`, { paymentMethod: 'pm_card_chargeDeclined' });
    await checkouts.startCheckout(input);
    await checkouts.waitForResult(input.checkoutId);
    const result = await refund(input.checkoutId);
    expect(result).toMatchObject({ outcome: 'refused', reason: { type: 'OrderNotCompleted' } });
  });

  test('of an order that never was', async () => {
    expect(await refund('refund-of-nothing')).toMatchObject({ outcome: 'failed', reason: { type: 'NotFound' } });
  });

  test.each([
    ['reason', { reason: ' ' }],
    ['lines', { lines: [] }],
    ['lines.0.quantity', pieces(0)],
    ['refundId', { refundId: '../etc' }],
  ])('that has no proper %s', async (field, more) => {
    await expect(refund('any-order', more as Partial<RefundInput>)).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field },
    });
  });
});
