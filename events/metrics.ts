import { Counter, Histogram } from 'prom-client';
import { AskedGauge } from '../platform/metrics.ts';
import type { ReadableDelivery } from './delivery.ts';
import { typeOf } from './envelope.ts';
import type { DeadReason } from './failed-message.ts';
import type { Claim } from './inbox.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import type { QueueTopology, Topology } from './topology.ts';

/** In seconds. */
const handling = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];
/** In seconds: a message that waited in the last retry tier is older than ten minutes. */
const waiting = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600];

const processDuration = new Histogram({
  name: 'messaging_process_duration_seconds',
  help: 'From taking up a message to its end: its commit, or the failure of it',
  labelNames: ['consumer', 'event', 'outcome'] as const,
  buckets: handling,
});

const consumerLag = new Histogram({
  name: 'messaging_consumer_lag_seconds',
  help: 'The age of an event when its effect is committed, from the moment that it states',
  labelNames: ['consumer'] as const,
  buckets: waiting,
});

const retries = new Counter({
  name: 'messaging_retries_total',
  help: 'Messages that were sent to a retry tier',
  labelNames: ['consumer', 'tier'] as const,
});

const failedMessages = new Counter({
  name: 'messaging_failed_messages_total',
  help: 'Messages that were parked in the dead-letter queue',
  labelNames: ['consumer', 'reason'] as const,
});

const published = new Counter({
  name: 'messaging_events_published_total',
  help: 'Events and commands that the broker has confirmed',
  labelNames: ['event'] as const,
});

const confirmDuration = new Histogram({
  name: 'messaging_publish_confirm_duration_seconds',
  help: 'From writing a message to the confirm of it',
  buckets: handling,
});

/** Of all publishers of the process. */
export const windowInUse = new AskedGauge(
  'messaging_publish_window_in_use',
  'Messages that were written and are not confirmed yet',
);

export const outboxDepth = new AskedGauge(
  'messaging_outbox_events',
  'Events in the outbox of a consumer that are not published yet',
);

/** Counts what the broker has confirmed. @param writtenAt when it was written, by `performance.now()` */
export function countConfirm(message: OutgoingMessage, { exchanges }: Topology, writtenAt: number): void {
  confirmDuration.observe((performance.now() - writtenAt) / 1_000);
  // A failed message on its way to another queue is no new event, and its type may be anything.
  const isNew = message.exchange === exchanges.events || message.exchange === exchanges.commands;
  if (isNew) published.inc({ event: message.routingKey });
}

/** What one consumer tells of its work. */
export class ConsumerMetrics {
  readonly #consumer: string;

  constructor(consumer: string) {
    this.#consumer = consumer;
  }

  /** @param ending what the inbox said of an event that was handled, or `failed` */
  processed({ event, begunAt }: ReadableDelivery, ending: Claim | 'failed'): void {
    const consumer = this.#consumer;
    const outcome = ending === 'new' ? 'handled' : ending;
    const labels = { consumer, event: typeOf(event.name), outcome };
    processDuration.observe(labels, (performance.now() - begunAt) / 1_000);
    if (ending === 'new') consumerLag.observe({ consumer }, (Date.now() - Date.parse(event.time)) / 1_000);
  }

  /** @param tier the name of its queue */
  retried(queue: QueueTopology, tier: string): void {
    retries.inc({ consumer: this.#consumer, tier: tier.slice(`${queue.work}.retry.`.length) });
  }

  parked(reason: DeadReason): void {
    failedMessages.inc({ consumer: this.#consumer, reason });
  }
}
