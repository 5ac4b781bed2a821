import { expect, test } from '@jest/globals';
import type { Milestone } from '../../bridge/milestone.ts';
import type { integrationEvents } from '../../events/contracts/index.ts';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import type { Milestones } from '../../workflows/kit/milestones.ts';

const data = {
  checkoutId: 'c-1',
  orderId: 'c-1',
  customerId: 'customer-1',
  reservationId: 'c-1',
  itemCount: 2,
} as const;
const dispute = { paymentId: 'c-1-1', disputeId: 'dp_1', currency: 'USD', amount: 1, feeReturned: 0 } as const;
const about = { sequence: 1, time: '2026-01-31T12:00:00.000Z' };
const draft = { ...about, origin: 'checkout/c-1', subject: 'c-1', correlationId: 'c-1', causationId: 'checkout/c-1' };

/** Never called: the compiler reads it, and complains where an expected error does not come. */
function compileNot(milestones: Milestones): void {
  const { itemCount, ...withoutCount } = data;
  milestones.record('InventoryReserved', data);
  // @ts-expect-error an event that does not exist
  milestones.record('InventoryImagined', data);
  // @ts-expect-error a field is missing
  milestones.record('InventoryReserved', withoutCount);
  // @ts-expect-error a field is of another type
  milestones.record('InventoryReserved', { ...withoutCount, itemCount: String(itemCount) });
  // @ts-expect-error the data of another event
  milestones.record('OrderPlaced', data);
  // @ts-expect-error a value that is not among those of the contract
  createEvent({ ...draft, name: 'DisputeClosed', data: { ...data, ...dispute, outcome: 'undecided' } });
  // @ts-expect-error an event that does not exist
  createEvent({ ...draft, name: 'InventoryImagined', data });
  // @ts-expect-error a milestone with the data of another event
  const milestone: Milestone<typeof integrationEvents> = { ...about, name: 'OrderPlaced', data };
  const handler = async (event: IntegrationEvent<'InventoryReserved'>) => {
    // @ts-expect-error a field that the event does not have
    return [milestone, event.data.paymentId];
  };
  void handler;
}

test('what compiles is published as it is', () => {
  expect(compileNot).toHaveLength(1);
  expect(createEvent({ ...draft, name: 'InventoryReserved', data })).toMatchObject({ name: 'InventoryReserved', data });
});
