import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from '@temporalio/client';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import { cart } from '../../demo/shop.ts';
import { auditWhenQuiet } from '../../ops/audit/books.ts';
import type { System } from '../../ops/system/system.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { CheckoutInput } from '../../workflows/checkout/contract.ts';
import { openClients } from '../clients.ts';
import { startShopSystem } from '../setup/shop-system.ts';

let system: System;
let connection: Connection;
let checkouts: CheckoutClient;

beforeAll(async () => {
  system = await startShopSystem();
  ({ connection, checkouts } = await openClients(system.addresses));
}, 120_000);

afterAll(async () => {
  await connection?.close();
  await system?.stop();
}, 60_000);

afterEach(async () => {
  const audit = await auditWhenQuiet(system.addresses['DATABASE_URL'] ?? '', 60_000);
  expect(audit.filter(({ holds }) => !holds)).toEqual([]);
}, 90_000);

const outcomes = (inputs: readonly CheckoutInput[]) =>
  Promise.all(inputs.map(async ({ checkoutId }) => (await checkouts.waitForResult(checkoutId)).outcome));

test('a provider that answers after its time-out, or late, is charged once and the checkout completes', async () => {
  const inputs = [
    'pm_fault_apply_then_hang',
    'pm_fault_create_then_hang',
    'pm_fault_capture_then_hang',
    'pm_fault_late_success',
  ].map((paymentMethod) => cart(`late-${paymentMethod}`, { paymentMethod }));
  await Promise.all(inputs.map((input) => checkouts.startCheckout(input)));
  expect(await outcomes(inputs)).toEqual(inputs.map(() => 'completed'));
}, 120_000);

test('the payments service is away for two minutes: what was placed before and meanwhile is carried through or undone', async () => {
  const before = Array.from({ length: 6 }, (_, index) => cart(`away-before-${index}`));
  const meanwhile = Array.from({ length: 4 }, (_, index) => cart(`away-meanwhile-${index}`));
  const refused = cart('away-refused', { customerId: 'customer-banned' });
  const cancelled = cart('away-cancelled');

  const answers = before.map((input) => checkouts.startCheckout(input));
  await Promise.race(answers);
  // Some are paid for by now, some are not; the way to the bank is cut in the middle of a call.
  system.kill('payments');
  await system.stopRole('payments');
  answers.push(...[...meanwhile, cancelled].map((input) => checkouts.startCheckout(input)));
  const twoMinutes = delay(120_000);

  // What needs no payment goes on.
  expect(await checkouts.startCheckout(refused)).toMatchObject({ answer: 'refused' });
  const isAuthorizing = async () => {
    const { steps } = await checkouts.status(cancelled.checkoutId).catch(() => ({ steps: [] }));
    return steps.some(({ name }) => name === 'authorize the payment');
  };
  expect(await waitUntil(isAuthorizing, { within: 60_000, every: 100 })).toBe(true);
  const cancellation = checkouts.cancel(cancelled.checkoutId);

  await twoMinutes;
  await system.start('payments');
  expect((await cancellation).outcome).toBe('cancelled');
  expect(await outcomes([...before, ...meanwhile])).toEqual([...before, ...meanwhile].map(() => 'completed'));
  await Promise.all(answers);
}, 400_000);
