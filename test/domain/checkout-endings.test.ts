import { expect, test } from '@jest/globals';
import { renderMetrics } from '../../platform/metrics.ts';
import { countEndings } from '../../services/order-history/metrics.ts';
import { readMetric } from '../metrics.ts';

const endings = async () => {
  const { text } = await renderMetrics();
  return ['completed', 'refused', 'failed'].map((ending) => readMetric(text, 'checkouts_ended_total', { ending }));
};

test('checkouts count by how they ended: what the business refuses has not failed', async () => {
  expect(await endings()).toEqual([0, 0, 0]);
  const cancelled = (reason: string) => ({ event: 'OrderCancelled', facts: { reason } }) as const;
  countEndings([
    { event: 'OrderPlaced', facts: {} },
    { event: 'OrderCompleted', facts: {} },
    ...['CardDeclined', 'OutOfStock', 'CancelledByCustomer', 'CustomerBanned'].map(cancelled),
    ...['Unavailable', 'Internal', 'a type of another release'].map(cancelled),
  ]);
  expect(await endings()).toEqual([1, 4, 3]);
});
