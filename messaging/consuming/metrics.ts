import { Counter, Histogram } from 'prom-client';
import { ObservableGauge, ofEachRole } from '../../platform/metrics.ts';
import { readyWhile } from '../../platform/ready-while.ts';
import { handlingBuckets } from '../publishing/metrics.ts';
import type { QueueTopology } from '../topology/topology.ts';
import type { ReadableDelivery } from './delivery.ts';
import type { DeadReason } from './failed-message.ts';
import type { Claim } from './inbox.ts';

/** In seconds: a message that waited in the last retry tier is older than ten minutes. */
const waiting = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600];

const processDuration = ofEachRole(
  (registers) =>
    new Histogram({
      name: 'messaging_process_duration_seconds',
      help: 'From taking up a message to its end: its commit, or the failure of it',
      labelNames: ['consumer', 'event', 'outcome'] as const,
      buckets: handlingBuckets,
      registers,
    }),
);

const consumerLag = ofEachRole(
  (registers) =>
    new Histogram({
      name: 'messaging_consumer_lag_seconds',
      help: 'The age of an event when its effect is committed, from the moment that it states',
      labelNames: ['consumer'] as const,
      buckets: waiting,
      registers,
    }),
);

const retries = ofEachRole(
  (registers) =>
    new Counter({
      name: 'messaging_retries_total',
      help: 'Messages that were sent to a retry tier',
      labelNames: ['consumer', 'tier'] as const,
      registers,
    }),
);

const redeliveries = ofEachRole(
  (registers) =>
    new Counter({
      name: 'messaging_redeliveries_total',
      help: 'Events whose delivery the broker has marked as a repetition',
      labelNames: ['consumer'] as const,
      registers,
    }),
);

const renewedSubscriptions = ofEachRole(
  (registers) =>
    new Counter({
      name: 'messaging_renewed_subscriptions_total',
      help: 'Subscriptions that were renewed because nothing was delivered while messages waited',
      labelNames: ['consumer'] as const,
      registers,
    }),
);

const failedMessages = ofEachRole(
  (registers) =>
    new Counter({
      name: 'messaging_failed_messages_total',
      help: 'Messages that were parked in the dead-letter queue',
      labelNames: ['consumer', 'reason'] as const,
      registers,
    }),
);

const subscriptions = new ObservableGauge(
  'messaging_consumer_subscriptions',
  'Work queues that a consumer takes messages from now',
  ['consumer'],
);

/** What one consumer tells of its work. */
export class ConsumerMetrics {
  readonly #consumer: string;
  /** Shows the subscription no more, nor waits for it. */
  readonly end: () => void;

  constructor(consumer: string, isSubscribed: () => boolean) {
    this.#consumer = consumer;
    const hide = subscriptions.show({ consumer }, () => Number(isSubscribed()));
    const forget = readyWhile(`the consumer ${consumer}`, () => {
      if (!isSubscribed()) throw new Error('it takes no messages from its queue');
    });
    this.end = () => {
      hide();
      forget();
    };
  }

  /** @param ending what the inbox said of an event that was handled, or `failed` */
  processed({ event, message, begunAt }: ReadableDelivery, ending: Claim | 'failed'): void {
    const consumer = this.#consumer;
    const outcome = ending === 'new' ? 'handled' : ending;
    const labels = { consumer, event: event.type, outcome };
    processDuration().observe(labels, (performance.now() - begunAt) / 1_000);
    if (message.fields.redelivered) redeliveries().inc({ consumer });
    if (ending === 'new') consumerLag().observe({ consumer }, (Date.now() - Date.parse(event.time)) / 1_000);
  }

  /** @param tier the name of its queue */
  retried(queue: QueueTopology, tier: string): void {
    retries().inc({ consumer: this.#consumer, tier: tier.slice(`${queue.work}.retry.`.length) });
  }

  stuck(): void {
    renewedSubscriptions().inc({ consumer: this.#consumer });
  }

  parked(reason: DeadReason): void {
    failedMessages().inc({ consumer: this.#consumer, reason });
  }
}
