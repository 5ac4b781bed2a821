import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from '@temporalio/client';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import type { ServiceClients } from '../../client/services.ts';
import { cart } from '../../demo/shop.ts';
import { openClients } from '../clients.ts';
import { type EventRecorder, recordEvents } from '../event-recorder.ts';

let services: ServiceClients;
let checkouts: CheckoutClient;
let connection: Connection;
let listener: EventRecorder;

beforeAll(async () => {
  ({ services, connection, checkouts } = await openClients());
  listener = await recordEvents(process.env['AMQP_URL'] ?? '');
});

afterAll(async () => {
  await listener?.close();
  await connection?.close();
});

const reserved = async (sku: string) => (await services.inventory.listStock({ sku })).stock[0]?.reserved;

test('an order of customer-123 for two of product-1 is reserved, paid, completed and confirmed by mail', async () => {
  const input = cart('system-completed');
  const answer = await checkouts.startCheckout(input);
  expect(answer).toMatchObject({ answer: 'accepted', amounts: { total: 5998, currency: 'USD' } });

  const isOurs = ({ subject }: { subject: string }) => subject === input.checkoutId;
  await listener.waitFor('InventoryReserved', isOurs);
  await listener.waitFor('NotificationSent', isOurs);

  expect(await services.orders.findOrder({ orderId: answer.orderId })).toMatchObject({ state: 'completed' });
  expect(await reserved('product-1')).toBe(0);
  const { mails } = await services.mailSink.listMails({ checkoutId: answer.checkoutId });
  expect(mails).toMatchObject([{ to: ['ada@example.org'], template: 'order-confirmation', copies: 1 }]);
  const { journals } = await services.ledger.listJournals({ subject: `order/${answer.orderId}` });
  expect(journals).toHaveLength(1);
  const { purchases } = await services.customers.listPurchases({ customerId: input.customerId as never });
  expect(purchases).toContainEqual(expect.objectContaining({ orderId: answer.orderId }));
  expect(listener.events.filter(isOurs).map(({ name }) => name)).toEqual([
    'OrderPlaced',
    'InventoryReserved',
    'PaymentProcessed',
    'OrderCompleted',
    'NotificationSent',
  ]);
});

test('an order for 999,999.99 fails to be paid, and its stock is released', async () => {
  const input = cart('system-declined', {
    lines: [
      { sku: 'product-1', quantity: 1 },
      { sku: 'product-yacht', quantity: 1 },
    ],
  });
  const answer = await checkouts.startCheckout(input);
  expect(answer).toMatchObject({ answer: 'refused', amounts: { total: 99_999_999 }, reason: { type: 'CardDeclined' } });

  await listener.waitFor('InventoryReleased', ({ subject }) => subject === input.checkoutId);

  expect(await reserved('product-1')).toBe(0);
  expect(await checkouts.waitForResult(input.checkoutId)).toMatchObject({
    outcome: 'refused',
    undone: ['cancel the order', 'release the stock'],
  });
  expect(await services.orders.findOrder({ orderId: answer.orderId })).toMatchObject({
    state: 'cancelled',
    reason: 'CardDeclined',
  });
});

test('the same checkout placed by ten callers at once is one order with one answer', async () => {
  const input = cart('system-ten-callers');
  const answers = await Promise.all(Array.from({ length: 10 }, () => checkouts.startCheckout(input)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  await checkouts.waitForResult(input.checkoutId);
  expect(await checkouts.startCheckout(input)).toEqual(answers[0]);
  await expect(checkouts.startCheckout({ ...input, country: 'GB' })).rejects.toMatchObject({
    type: 'IdempotencyConflict',
    detail: { field: 'checkoutId' },
  });
});

test('a checkout that ended is neither cancelled nor lost, and one that never was is not found', async () => {
  await expect(checkouts.cancel('system-completed')).rejects.toMatchObject({ type: 'InvalidState' });
  await expect(checkouts.status('system-never')).rejects.toMatchObject({ type: 'NotFound' });
  expect(await checkouts.status('system-completed')).toMatchObject({ state: 'completed' });
});
