import type { OrderContext } from './entry.ts';

export const disputeEntries = { events: ['DisputeOpened', 'DisputeClosed'] } as const satisfies OrderContext;
