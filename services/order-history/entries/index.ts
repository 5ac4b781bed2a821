import type { OrderContext } from './entry.ts';
import * as list from './list.ts';

/** The events that make a history. */
export type HistoryEvent = (typeof list)[keyof typeof list]['events'][number];

export const contexts = Object.values<OrderContext>(list);

export const historyEvents = contexts.flatMap(({ events }) => events) as readonly HistoryEvent[];
