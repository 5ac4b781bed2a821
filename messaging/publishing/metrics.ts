import { Counter, Histogram } from 'prom-client';
import { ObservableGauge, ofEachRole } from '../../platform/metrics.ts';
import type { Topology } from '../topology/topology.ts';
import type { OutgoingMessage } from './outgoing-message.ts';

/** In seconds. */
export const handlingBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

const published = ofEachRole(
  (registers) =>
    new Counter({
      name: 'messaging_events_published_total',
      help: 'Events and commands that the broker has confirmed',
      labelNames: ['event'] as const,
      registers,
    }),
);

const confirmDuration = ofEachRole(
  (registers) =>
    new Histogram({
      name: 'messaging_publish_confirm_duration_seconds',
      help: 'From writing a message to the confirm of it',
      buckets: handlingBuckets,
      registers,
    }),
);

export const renewedChannels = ofEachRole(
  (registers) =>
    new Counter({
      name: 'messaging_renewed_channels_total',
      help: 'Channels for publishing that were renewed because the broker refused messages all the time',
      registers,
    }),
);

/** Of all publishers of the process. */
export const windowInUse = new ObservableGauge(
  'messaging_publish_window_in_use',
  'Messages that were written and are not confirmed yet',
);

/** Counts what the broker has confirmed. @param writtenAt when it was written, by `performance.now()` */
export function countConfirm(message: OutgoingMessage, { exchanges }: Topology, writtenAt: number): void {
  confirmDuration().observe((performance.now() - writtenAt) / 1_000);
  // A failed message on its way to another queue is no new event, and its type may be anything.
  const isNew = message.exchange === exchanges.events || message.exchange === exchanges.commands;
  if (isNew) published().inc({ event: message.routingKey });
}
