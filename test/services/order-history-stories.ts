import fc from 'fast-check';
import type { EventName } from '../../events/contracts/index.ts';
import { createEvent, type EventDraft, type IntegrationEvent } from '../../events/integration-event.ts';
import type { HistoryEvent } from '../../services/order-history/entries/index.ts';

const amounts = { currency: 'USD', goods: 5_000, discount: 100, shipping: 500, tax: 432, total: 5_832 } as const;
const customer = { name: 'Ada', email: 'ada@example.org' };
const reason = { reason: 'CardDeclined', message: 'the card was declined' };
const start = Date.parse('2026-01-31T12:00:00.000Z');

const timeOf = (second: number) => new Date(start + second * 1_000).toISOString();

/** What the data of each event is, for an order. */
function dataOf(orderId: string, customerId: string) {
  const order = { checkoutId: orderId, orderId, customerId };
  return {
    OrderPlaced: { ...order, amounts, itemCount: 2 },
    InventoryReserved: { ...order, reservationId: orderId, itemCount: 2 },
    PaymentProcessed: { ...order, paymentId: `${orderId}-1`, amounts },
    PaymentFailed: { ...order, customer, ...reason, paymentId: `${orderId}-1`, amounts },
    InventoryReleased: { ...order, reservationId: orderId },
    OrderCompleted: { ...order, customer, amounts, itemCount: 2 },
    OrderCancelled: { ...order, customer, ...reason, amounts },
  } as const;
}

type CheckoutEvent = keyof ReturnType<typeof dataOf>;

function envelope(orderId: string, origin: string, sequence: number, second: number) {
  return { origin, causationId: origin, subject: orderId, correlationId: orderId, sequence, time: timeOf(second) };
}

const create = (draft: object) => createEvent(draft as EventDraft<EventName>) as IntegrationEvent<HistoryEvent>;

/** The events of one order as its checkout, its refunds and the mails record them. */
export function storyOf(orderId: string, customerId = 'customer-1') {
  const ofCheckout =
    (name: CheckoutEvent, sequence: number) =>
    (id = orderId) =>
      create({ ...envelope(id, `checkout/${id}`, sequence, sequence), name, data: dataOf(id, customerId)[name] });
  return {
    orderId,
    placed: ofCheckout('OrderPlaced', 1),
    reserved: ofCheckout('InventoryReserved', 2),
    paid: ofCheckout('PaymentProcessed', 3),
    completed: ofCheckout('OrderCompleted', 4),
    declined: ofCheckout('PaymentFailed', 3),
    released: ofCheckout('InventoryReleased', 4),
    cancelled: ofCheckout('OrderCancelled', 5),
    releasedAfterwards: ofCheckout('InventoryReleased', 6),
    refunded: (refundId: string, total: number, id = orderId, second = 60) =>
      create({
        ...envelope(id, `refund/${id}/${refundId}`, 1, second),
        name: 'OrderRefunded',
        data: {
          ...{ checkoutId: id, orderId: id, customerId, customer, refundId, paymentId: `${id}-1` },
          amounts: { currency: 'USD', goods: total, discount: 0, shipping: 0, tax: 0, total },
          itemCount: 1,
          reason: 'does not fit',
        },
      }),
    disputed: (outcome?: 'won' | 'lost', id = orderId) =>
      create({
        ...envelope(id, `dispute/${id}/${outcome ? 'closed' : 'opened'}`, 1, outcome ? 90 : 80),
        name: outcome ? 'DisputeClosed' : 'DisputeOpened',
        data: {
          ...{ checkoutId: id, orderId: id, customerId, paymentId: `${id}-1` },
          ...{ disputeId: 'dp_1', currency: 'USD', amount: 5_832 },
          ...(outcome ? { outcome, feeReturned: 0 } : { fee: 1_500, reason: 'fraudulent' }),
        },
      }),
    mailed: (cause: string, id = orderId, second = 30) =>
      create({
        ...envelope(id, `notification/${id}/${cause}`, 1, second),
        name: 'NotificationSent',
        data: {
          messageId: `<${cause}@shop>`,
          template: 'order-confirmation',
          subject: { kind: 'order', id },
          ...{ checkoutId: id, orderId: id },
        },
      }),
    /** A mail that belongs to no order. */
    mailedAbout: (kind: string, id: string) =>
      create({
        ...envelope(id, `notification/${kind}/${id}`, 1, 30),
        name: 'NotificationSent',
        data: { messageId: `<${id}@shop>`, template: `${kind}-sent`, subject: { kind, id } },
      }),
  };
}

export type Story = ReturnType<typeof storyOf>;

/** Any event of an order, possible or not, by what tells it from the others. */
export const historyEvents = fc.oneof(
  fc
    .record({
      name: fc.constantFrom(...(Object.keys(dataOf('o', 'c')) as CheckoutEvent[])),
      sequence: fc.integer({ min: 1, max: 9 }),
      second: fc.nat(20),
    })
    .map(({ name, sequence, second }) => ({
      key: `${name} ${sequence}`,
      make: (id: string): IntegrationEvent =>
        create({ ...envelope(id, `checkout/${id}`, sequence, second), name, data: dataOf(id, 'customer-1')[name] }),
    })),
  fc
    .record({ number: fc.nat(3), total: fc.integer({ min: 1, max: 6_000 }), second: fc.nat(90) })
    .map(({ number, total, second }) => ({
      key: `refund ${number}`,
      make: (id: string): IntegrationEvent => storyOf(id).refunded(`r-${number}`, total, id, second),
    })),
  fc.record({ number: fc.nat(3), second: fc.nat(90) }).map(({ number, second }) => ({
    key: `mail ${number}`,
    make: (id: string): IntegrationEvent => storyOf(id).mailed(`mail-${number}`, id, second),
  })),
);
