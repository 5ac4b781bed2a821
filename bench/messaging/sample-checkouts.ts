import { randomUUID } from 'node:crypto';
import type { Milestone, MilestoneBatch } from '../../bridge/milestone.ts';
import type { integrationEvents } from '../../events/contracts/index.ts';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';

type Contracts = typeof integrationEvents;

/** The amounts of each checkout of this bench. */
export const sampleAmounts = {
  currency: 'USD',
  goods: 11_996,
  discount: 600,
  shipping: 500,
  tax: 1_018,
  total: 12_914,
} as const;

/** Orders, reservations and checkouts have one id. */
function aboutOf(checkoutId: string) {
  return { checkoutId, orderId: checkoutId, customerId: 'bench-customer-17' };
}

/**
 * What a checkout that completes publishes, in the two batches in which it does.
 *
 * @param sequence of the first milestone
 */
export function milestonesOf(checkoutId: string, sequence: number): MilestoneBatch<Contracts>[] {
  const about = aboutOf(checkoutId);
  const time = new Date().toISOString();
  const names = { subject: checkoutId, correlationId: checkoutId };
  return [
    {
      ...names,
      milestones: [
        { name: 'OrderPlaced', sequence, time, data: { ...about, amounts: sampleAmounts, itemCount: 3 } },
        {
          name: 'InventoryReserved',
          sequence: sequence + 1,
          time,
          data: { ...about, reservationId: checkoutId, itemCount: 3 },
        },
      ],
    },
    {
      ...names,
      milestones: [
        paymentMilestone(checkoutId, sequence + 2, time),
        {
          name: 'OrderCompleted',
          sequence: sequence + 3,
          time,
          data: {
            ...about,
            customer: { name: 'Ada Lovelace', email: 'ada.lovelace@example.org' },
            amounts: sampleAmounts,
            itemCount: 3,
          },
        },
      ],
    },
  ];
}

/** @param time ISO 8601 in UTC */
export function paymentMilestone(checkoutId: string, sequence: number, time: string): Milestone<Contracts> {
  return {
    name: 'PaymentProcessed',
    sequence,
    time,
    data: { ...aboutOf(checkoutId), paymentId: `${checkoutId}-1`, amounts: sampleAmounts },
  };
}

/** What the bridge makes of the milestones of one checkout. */
export function eventsOf(checkoutId: string): IntegrationEvent[] {
  return milestonesOf(checkoutId, 1).flatMap(({ milestones }) => milestones.map(toEvent(checkoutId)));
}

/** The payment of a new checkout, as the ledger sees it. */
export function samplePayment(): IntegrationEvent {
  const checkoutId = randomUUID();
  return toEvent(checkoutId)(paymentMilestone(checkoutId, 3, new Date().toISOString()));
}

const toEvent = (checkoutId: string) => (milestone: Milestone<Contracts>) =>
  createEvent({
    ...milestone,
    origin: `checkout/${checkoutId}`,
    causationId: `checkout/${checkoutId}`,
    subject: checkoutId,
    correlationId: checkoutId,
  });
