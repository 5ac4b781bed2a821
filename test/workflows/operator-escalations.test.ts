import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerUpdate, cancelUpdate, statusQuery } from '../../workflows/checkout/messages.ts';
import { paymentChangedSignal } from '../../workflows/kit/card-payment/messages.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { CheckoutEnvironment, type CheckoutHandle, checkoutRequest } from './environment.ts';
import { FakeServices, refuse } from './fake-services.ts';
import { resolve, servicesWithoutProvider } from './looked-after.ts';
import { skipToStatus, waitForStatus } from './wait-for-status.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

const needsOperator = async (handle: CheckoutHandle) =>
  (await handle.describe()).typedSearchAttributes.get(searchAttributes.needsOperator);
const escalationsOf = async (handle: CheckoutHandle) =>
  (await handle.query(statusQuery)).needsOperator.map(({ what }) => what);

const minute = 60_000;

describe('a call that an operator looks after', () => {
  test('is made again after 5 minutes, 10, 20 and so on up to 6 hours, until it succeeds', async () => {
    const tries = 11;
    const services = new FakeServices().interfere('authorize', { before: refuse('CardDeclined') });
    services.interfere('release', {
      before: (attempt) => {
        if (attempt < tries) refuse('Rejected', 'the shelf is locked')();
      },
    });
    const handle = await environment.start(services);
    expect((await handle.result()).undone).toEqual(['cancel the order', 'release the stock']);
    const times = services.callers.filter(({ operation }) => operation === 'release').map(({ now }) => now);
    const pauses = times.slice(1).map((time, index) => Math.round((time - (times[index] ?? 0)) / minute));
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 320, 360, 360, 360]);
    expect(await escalationsOf(handle)).toEqual([]);
    expect(await needsOperator(handle)).toBe(false);
  });

  test('is not shown any more once it is settled, while the next one is under way', async () => {
    const reached = Promise.withResolvers<void>();
    const goesOn = Promise.withResolvers<void>();
    const services = new FakeServices()
      .interfere('authorize', { before: refuse('CardDeclined') })
      .interfere('cancelOrder', { before: refuse('Rejected', 'the order is locked') })
      .interfere('release', {
        before: () => {
          reached.resolve();
          return goesOn.promise;
        },
      });
    const handle = await environment.start(services);
    await waitForStatus(handle, (status) => status.needsOperator.length > 0);
    await resolve(handle, { decision: 'settle' });
    await reached.promise;
    expect(await escalationsOf(handle)).toEqual([]);
    expect(await needsOperator(handle)).toBe(false);
    goesOn.resolve();
    await handle.result();
  });

  test('is not shown any more when it was cancelled', async () => {
    const { services, recover } = servicesWithoutProvider();
    const handle = await environment.start(services);
    await skipToStatus(environment, handle, (status) => status.needsOperator.length > 0);
    recover();
    expect(await handle.executeUpdate(cancelUpdate)).toMatchObject({ outcome: 'cancelled' });
    await handle.result();
    expect(await escalationsOf(handle)).toEqual([]);
    expect(await needsOperator(handle)).toBe(false);
  });
});

test('of two calls an operator names the one that is decided about; the other one needs an operator still', async () => {
  let isDown = true;
  const services = new FakeServices()
    .interfere('publishMilestones', {
      before: () => {
        if (isDown) refuse('Unavailable')();
      },
    })
    .interfere('release', { before: refuse('Rejected', 'the shelf is locked') });
  const handle = await environment.start(
    services,
    checkoutRequest({ paymentMethod: 'pm_card_authenticationRequired' }),
  );
  await handle.executeUpdate(answerUpdate);
  await skipToStatus(environment, handle, (status) => status.needsOperator.length > 0);
  services.completeChallenge('fail');
  await handle.signal(paymentChangedSignal, { paymentId: services.payments.newest() });
  await waitForStatus(handle, (status) => status.needsOperator.length > 1);
  expect(await escalationsOf(handle)).toEqual(['publish the milestones', 'release the stock']);

  await expect(resolve(handle, { decision: 'settle' })).rejects.toMatchObject({
    cause: {
      type: 'InvalidRequest',
      message: expect.stringContaining('publish the milestones, release the stock'),
      details: [{ field: 'what' }],
    },
  });
  await resolve(handle, { decision: 'settle', what: 'release the stock' });
  await waitForStatus(handle, (status) => status.needsOperator.length === 1);
  expect(await escalationsOf(handle)).toEqual(['publish the milestones']);
  expect(await needsOperator(handle)).toBe(true);

  isDown = false;
  await resolve(handle, { decision: 'retry' });
  await handle.result();
  expect(await escalationsOf(handle)).toEqual([]);
  expect(await needsOperator(handle)).toBe(false);
});
