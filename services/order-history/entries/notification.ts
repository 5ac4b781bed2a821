import type { OrderContext } from './entry.ts';

export const notificationEntries = { events: ['NotificationSent'] } as const satisfies OrderContext;
