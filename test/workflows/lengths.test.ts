import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerUpdate } from '../../workflows/checkout/messages.ts';
import { resolveUpdate } from '../../workflows/kit/messages.ts';
import { CheckoutEnvironment, type CheckoutHandle, checkoutRequest } from './environment.ts';
import { FakeServices, type Operation, refuse } from './fake-services.ts';
import { waitForStatus } from './wait-for-status.ts';

/** How long a checkout waits, as the business promises it: with time that skips, every other test passes with any length. */

const minute = 60_000;
const hour = 60 * minute;

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

/** Minutes from the start of a checkout that has ended to its end, on the clock of the server. */
async function minutesOf(handle: CheckoutHandle): Promise<number> {
  const { startTime, closeTime } = await handle.describe();
  return ((closeTime?.getTime() ?? Number.NaN) - startTime.getTime()) / minute;
}

/** When calls were made, in whole minutes after the first of them. */
function minutesOfCalls(services: FakeServices, operation: Operation): number[] {
  const times = services.callers.filter((call) => call.operation === operation).map(({ now }) => now);
  return times.map((time) => Math.round((time - (times[0] ?? 0)) / minute));
}

describe('a checkout waits', () => {
  test.each([
    ['15 minutes for the bank’s confirmation', { paymentMethod: 'pm_card_authenticationRequired' }, 15],
    ['a day for a review', { paymentMethod: 'pm_card_riskLevelElevated' }, 24 * 60],
    ['an hour for another card', { paymentMethod: 'pm_card_chargeDeclined', onDecline: 'wait' }, 60],
  ])('%s, and says until when', async (_, request, minutes) => {
    const handle = await environment.start(new FakeServices(), checkoutRequest(request));
    const { waitingFor } = await handle.executeUpdate(answerUpdate);
    const { startTime } = await handle.describe();
    const until = (Date.parse(String(waitingFor?.until)) - startTime.getTime()) / minute;
    expect(Math.round(until)).toBe(minutes);

    expect((await handle.result()).outcome).toBe('refused');

    expect(Math.round(await minutesOf(handle))).toBe(minutes);
  });

  test('an hour in all for another card, however late the bank’s confirmation was asked for', async () => {
    const services = new FakeServices();
    const request = { paymentMethod: 'pm_card_authenticationRequired', onDecline: 'wait' };
    const handle = await environment.start(services, checkoutRequest(request));
    await handle.executeUpdate(answerUpdate);

    expect((await handle.result()).outcome).toBe('refused');

    expect(Math.round(await minutesOf(handle))).toBe(60);
  });
});

test('a payment that waits is read after 1, 3 and 7 minutes, and when its time is over', async () => {
  const services = new FakeServices();
  const request = checkoutRequest({ paymentMethod: 'pm_card_authenticationRequired' });

  await (await environment.start(services, request)).result();

  expect(minutesOfCalls(services, 'authorize')).toEqual([0, 1, 3, 7, 15]);
});

test('a call that must not be given up is made again after 5, 10, 20 minutes and so on, at last every 6 hours', async () => {
  const services = new FakeServices()
    .interfere('authorize', { before: refuse('CardDeclined') })
    .interfere('release', { before: refuse('Rejected', 'the shelf is locked') });
  const handle = await environment.start(services);
  await waitForStatus(handle, ({ needsOperator }) => needsOperator.length > 0);

  await environment.skipTime(36 * hour);

  const args = [{ decision: 'settle', by: 'Grace Hopper', note: 'the shelf was locked' }] as const;
  await handle.executeUpdate(resolveUpdate, { args: [...args] });
  await handle.result();
  const calls = minutesOfCalls(services, 'release');
  const pauses = calls.slice(1).map((time, index) => time - (calls[index] ?? 0));
  expect(pauses.slice(0, 10)).toEqual([5, 10, 20, 40, 80, 160, 320, 360, 360, 360]);
});

test('a service that stays away before the payment ends the checkout within minutes, and the payment within five', async () => {
  const lengths: Record<string, number> = {};
  for (const operation of ['findCustomer', 'quote', 'placeOrder', 'reserve'] as const) {
    const handle = await environment.start(new FakeServices().interfere(operation, { before: refuse('Unavailable') }));
    await expect(handle.result()).rejects.toThrow();
    lengths[operation] = await minutesOf(handle);
  }
  expect(Math.max(lengths['findCustomer'] ?? 99, lengths['quote'] ?? 99)).toBeLessThan(0.75);
  expect(Math.max(lengths['placeOrder'] ?? 99, lengths['reserve'] ?? 99)).toBeLessThan(1.25);
  expect(Math.min(...Object.values(lengths))).toBeGreaterThan(0.25);
});
