import type { OrderSummary } from '../contract.ts';
import type { Entry, OrderContext } from './entry.ts';

/** What is given back, by us or at the provider. */
export const refundEntries = {
  events: ['OrderRefunded', 'ProviderRefunded'],
  summarize,
} as const satisfies OrderContext;

function summarize(entries: readonly Entry[], amounts: OrderSummary['amounts']): Partial<OrderSummary> {
  const refunds = entries.filter(({ event }) => event === 'OrderRefunded' || event === 'ProviderRefunded');
  const refunded = refunds.reduce((sum, { facts }) => sum + (facts.amounts?.total ?? 0), 0);
  if (refunds.length === 0) return { refunded };
  return { refunded, state: amounts && refunded >= amounts.total ? 'refunded' : 'partly-refunded' };
}
