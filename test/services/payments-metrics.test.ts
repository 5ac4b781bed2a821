import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { renderMetrics } from '../../platform/metrics.ts';
import { readMetric } from '../metrics.ts';
import { newPayment, type Payments, startPayments } from './payments-environment.ts';

let payments: Payments;
beforeAll(async () => {
  payments = await startPayments();
});
afterAll(() => payments.stop());

test('the calls of the provider are measured by operation and outcome', async () => {
  await payments.client.authorize(newPayment());
  await payments.client.authorize(newPayment('pm_card_chargeDeclined')).catch(() => undefined);

  const { text } = await renderMetrics();
  const calls = (operation: string, outcome: string) =>
    readMetric(text, 'http_client_request_duration_seconds_count', { service: 'payment-provider', operation, outcome });
  expect(calls('createIntent', 'ok')).toBe(2);
  expect(calls('confirmIntent', 'ok')).toBe(1);
  expect(calls('confirmIntent', 'CardDeclined')).toBe(1);
});
