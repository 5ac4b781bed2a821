import { z } from 'zod';
import { describeTopology, type EventContracts, type Subscription } from '../../messaging/index.ts';

const parcel = { parcelId: z.string() };

/** What the tracking page and others are told of a parcel. */
export const parcelEvents = {
  ParcelHandedOver: {
    type: 'tracking.parcel.handed-over.v1',
    publisher: 'tracking',
    when: 'A courier has the parcel.',
    data: z.object({ ...parcel, recipient: z.string() }),
  },
  ParcelScanned: {
    type: 'tracking.parcel.scanned.v1',
    publisher: 'tracking',
    when: 'The parcel has come to a place on its way.',
    data: z.object({ ...parcel, place: z.string() }),
  },
  ParcelDelivered: {
    type: 'tracking.parcel.delivered.v1',
    publisher: 'tracking',
    when: 'The recipient has signed for the parcel.',
    data: z.object({ ...parcel, place: z.string(), signedBy: z.string() }),
  },
} as const satisfies EventContracts;

export const trackingPage = {
  name: 'tracking-page',
  queue: 'tracking-page.events.v1',
  events: ['ParcelHandedOver', 'ParcelScanned', 'ParcelDelivered'],
} as const satisfies Subscription<keyof typeof parcelEvents>;

export const parcelTopology = describeTopology({
  system: 'parcels',
  contracts: parcelEvents,
  prefix: 'parcels.',
  subscriptions: [trackingPage],
});
