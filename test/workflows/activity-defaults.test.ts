import { expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createOrderActivities } from '../../activities/orders.ts';
import type { OrderId, PaymentId } from '../../contracts/identifiers.ts';
import type { InputOf } from '../../platform/http/contract.ts';
import type { OrdersClient, ordersContract } from '../../services/orders/contract.ts';

type CompleteOrder = InputOf<typeof ordersContract.operations.completeOrder>;

/** What an activity passes on to its service. */
async function passedOn(...args: [OrderId, PaymentId | null]): Promise<CompleteOrder | undefined> {
  let passed: CompleteOrder | undefined;
  const orders = {
    completeOrder: async (input: CompleteOrder) => {
      passed = input;
      return { orderId: input.orderId, state: 'completed', wasPlaced: true };
    },
  } as unknown as OrdersClient;
  const { completeOrder } = createOrderActivities({ orders });
  await new MockActivityEnvironment().run(completeOrder, ...args);
  return passed;
}

test('an order of nothing is completed without a payment', async () => {
  expect(await passedOn('order-7' as OrderId, null)).toEqual({ orderId: 'order-7' });
});

test('an order that was paid with the second card is one of that', async () => {
  const [orderId, paymentId] = ['order-7' as OrderId, 'order-7-2' as PaymentId];
  expect(await passedOn(orderId, paymentId)).toEqual({ orderId, paymentId });
});
