import type { OrderAmounts } from '../contracts/amounts.ts';
import { formatMoney } from '../contracts/currency.ts';
import type { Cancellation } from '../services/orders/contract.ts';
import type { Reason } from './kit/contract.ts';
import { defineColumn } from './kit/listing.ts';
import { searchAttributes } from './search-attributes.ts';

/** What the processes of an order tell beside what every process does. */
export interface OrderFacts {
  readonly amounts?: OrderAmounts | undefined;
}

/** Stands beside the state in the Web UI. */
export const orderHeadline = ({ amounts }: OrderFacts): string | undefined =>
  amounts && formatMoney(amounts.total, amounts.currency);

/** The order that a process is about, in a list. */
export const orderColumn = defineColumn<{ readonly orderId: string | undefined }>({
  title: 'order',
  factsOf: ({ typedSearchAttributes }) => ({ orderId: typedSearchAttributes.get(searchAttributes.orderId) }),
  describe: ({ orderId }) => orderId ?? '',
});

/** Why what an order remembers came to nothing, without what else was kept of it. */
export function reasonKept(cancellation: Cancellation | undefined): Reason {
  const { recorded: _, ...reason } = cancellation ?? { type: 'InvalidState', message: 'it was cancelled' };
  return reason;
}
