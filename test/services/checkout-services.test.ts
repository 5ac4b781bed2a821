import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkoutServicesEnvironment, openCheckoutServices } from '../../workers/checkout-services.ts';
import { newPayment } from './payments-environment.ts';

let server: Server;
let services: ReturnType<typeof openCheckoutServices>;

/** Longer than most services may take. */
const slow = 4_300;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    await delay(slow);
    const amount = { amount: 5998, currency: 'USD' };
    const payment = { paymentId: 'slow-1', intentId: 'pi_slow', state: 'authorized', amount, refunded: 0 };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url?.startsWith('/payments') ? payment : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const names = Object.keys(checkoutServicesEnvironment.shape);
  services = openCheckoutServices(
    checkoutServicesEnvironment.parse(Object.fromEntries(names.map((name) => [name, url]))),
    async () => undefined,
  );
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('the checkout worker waits for the payments service while that waits for the bank, and for no other so long', async () => {
  const calls = await Promise.allSettled([
    services.payments.authorize(newPayment()),
    services.customers.findCustomer({ customerId: 'c-1' }),
    services.orders.findOrder({ orderId: 'o-1' }),
    services.inventory.findReservation({ reservationId: 'r-1' }),
  ]);
  const [payment, ...others] = calls;
  expect(payment).toMatchObject({ status: 'fulfilled', value: { state: 'authorized' } });
  for (const other of others) expect(other).toMatchObject({ reason: { type: 'DeadlineExceeded' } });
});
