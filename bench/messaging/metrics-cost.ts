import type { ConsumeMessage } from 'amqplib';
import { Session } from '../../messaging/consuming/delivery.ts';
import { ConsumerMetrics } from '../../messaging/consuming/metrics.ts';
import type { MessagingSystem } from './messaging-system.ts';
import { samplePayment } from './sample-checkouts.ts';

const repetitions = 200_000;

/** Microseconds that a consumer takes to measure one event. */
export function measureMetrics({ channel }: MessagingSystem): number {
  const metrics = new ConsumerMetrics('bench', () => true);
  const message = { fields: { redelivered: false }, properties: {} } as ConsumeMessage;
  const delivery = { ...new Session(channel).deliver(message), event: samplePayment(), begunAt: performance.now() };
  const start = performance.now();
  for (let repetition = 0; repetition < repetitions; repetition++) metrics.processed(delivery, 'new');
  return (1_000 * (performance.now() - start)) / repetitions;
}
