import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answerUpdate } from '../../workflows/checkout/messages.ts';
import { paymentChangedSignal } from '../../workflows/kit/card-payment/messages.ts';
import { CheckoutEnvironment, checkoutRequest } from './environment.ts';
import { FakeServices, refuse } from './fake-services.ts';
import { waitForStatus } from './wait-for-status.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

test('milestones leave in the order in which they were recorded, though the first ones had to wait for the broker', async () => {
  // The broker comes back just before the last ones are to leave, long before the first ones are tried again.
  const services = new FakeServices().interfere('publishMilestones', {
    before: () => {
      if (services.purchases === 0) refuse('Unavailable')();
    },
  });
  const handle = await environment.start(
    services,
    checkoutRequest({ paymentMethod: 'pm_card_authenticationRequired' }),
  );
  await handle.executeUpdate(answerUpdate);
  await environment.skipTime(45_000);
  services.completeChallenge();
  await handle.signal(paymentChangedSignal, { paymentId: services.payments.newest() });
  await waitForStatus(handle, ({ steps }) =>
    steps.some(({ name, state }) => name === 'fulfil the order' && state === 'done'),
  );

  expect((await handle.result()).outcome).toBe('completed');
  expect(services.published).toEqual(['OrderPlaced', 'InventoryReserved', 'PaymentProcessed', 'OrderCompleted']);
});
