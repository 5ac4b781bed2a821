import type { IntegrationEvent } from '../../events/integration-event.ts';
import { factsSchema, type OrderState, type OrderSummary } from './contract.ts';
import type { Entry } from './entries/entry.ts';
import { contexts, type HistoryEvent } from './entries/index.ts';

/**
 * Takes from an event what belongs into a history.
 *
 * @returns `undefined` when it is about no order, as some mails are
 */
export function entryOf({ id, name, sequence, time, data }: IntegrationEvent<HistoryEvent>): Entry | undefined {
  const { orderId, checkoutId } = data;
  if (orderId === undefined || checkoutId === undefined) return undefined;
  return {
    eventId: id,
    orderId,
    checkoutId,
    ...('customerId' in data && { customerId: data.customerId }),
    event: name,
    sequence,
    occurredAt: new Date(time).toISOString(),
    facts: factsSchema.parse(data),
  };
}

/** The state after an event of the checkout. What other contexts say of it is theirs (`entries/`). */
const stateAfter: Partial<Record<string, OrderState>> = {
  OrderPlaced: 'placed',
  InventoryReserved: 'reserved',
  PaymentProcessed: 'paid',
  PaymentFailed: 'payment-failed',
  InventoryReleased: 'released',
  OrderCompleted: 'completed',
  OrderCancelled: 'cancelled',
};

/** The entries of one order in the order in which they happened. */
export function inOrder<Each extends Pick<Entry, 'occurredAt' | 'sequence' | 'eventId'>>(entries: readonly Each[]) {
  return entries.toSorted(
    (one, other) =>
      compare(one.occurredAt, other.occurredAt) || one.sequence - other.sequence || compare(one.eventId, other.eventId),
  );
}

/**
 * What the entries of one order say together: the same, in whatever order they came. The checkout's event with the highest
 * sequence decides where the order stands, whenever it arrives; what is undone after the cancellation changes nothing.
 *
 * @param entries different ones, at least one
 */
export function summarize(entries: readonly [Entry, ...Entry[]]): OrderSummary {
  const told = inOrder(entries);
  const ofCheckout = told
    .filter(({ event }) => stateAfter[event])
    .toSorted((one, other) => one.sequence - other.sequence);
  const latest = ofCheckout.findLast(({ event }) => event === 'OrderCancelled') ?? ofCheckout.at(-1);
  const amounts = ofCheckout.find(({ facts }) => facts.amounts)?.facts.amounts;
  const { orderId, checkoutId } = entries[0];
  const times = told.map(({ occurredAt }) => occurredAt);
  const ofCheckoutAlone = {
    orderId,
    checkoutId,
    customerId: told.find(({ customerId }) => customerId)?.customerId,
    state: stateOf(latest),
    amounts,
    reason: latest?.facts.reason,
    beganAt: times[0] as string,
    changedAt: times.at(-1) as string,
  };
  return Object.assign(ofCheckoutAlone, ...contexts.map(({ summarize: add }) => add?.(entries, amounts)));
}

/** An order of which only a mail is known was placed, at least. */
const stateOf = (latest: Entry | undefined): OrderState => (latest && stateAfter[latest.event]) ?? 'placed';

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
