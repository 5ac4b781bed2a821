import type { ConsumeMessage } from 'amqplib';
import { decodeEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { close } from '../../messaging/amqp/close.ts';
import { lookAtQueue, onScratchChannel } from '../../messaging/amqp/scratch-channel.ts';
import { dialBroker } from '../../messaging/connection/dial.ts';
import { declareQueue, declareTopology } from '../../messaging/topology/declarations.ts';

const queue = 'soak.witness';
const name = 'soak';

/** An event as the broker has it. */
export type PublishedEvent = Pick<IntegrationEvent, 'id' | 'name' | 'subject' | 'sequence' | 'time'>;

/** Has a queue keep a copy of every event, in the order in which the broker takes them; nothing consumes it meanwhile. */
export async function placeWitness(url: string): Promise<void> {
  const model = await dialBroker({ url, name });
  try {
    await declareTopology(model, standardTopology);
    await onScratchChannel(model, async (channel) => {
      await declareQueue(channel, { name: queue, arguments: { 'x-queue-type': 'quorum' } });
      await channel.bindQueue(queue, standardTopology.exchanges.events, '#');
    });
  } finally {
    await close(model);
  }
}

/** Everything that was published, copies and all. The queue is empty afterwards. */
export async function hearWitness(url: string): Promise<PublishedEvent[]> {
  const model = await dialBroker({ url, name });
  try {
    const { messages = 0 } = (await lookAtQueue(model, queue)) ?? {};
    const published: PublishedEvent[] = [];
    const channel = await model.createChannel();
    const all = Promise.withResolvers<void>();
    const hear = (message: ConsumeMessage) => {
      const { id, name, subject, sequence, time } = decodeEvent(message.content);
      published.push({ id, name, subject, sequence, time });
      if (published.length === messages) all.resolve();
    };
    if (messages === 0) return published;
    await channel.consume(
      queue,
      (message) => {
        try {
          if (message) hear(message);
        } catch (error) {
          all.reject(error);
        }
      },
      { noAck: true },
    );
    await all.promise;
    return published;
  } finally {
    await close(model);
  }
}

/** How many messages lie in each queue of the topology that is not empty: work, retry tiers, dead letters, unrouted. */
export async function countLeft(url: string): Promise<ReadonlyMap<string, number>> {
  const { queues, unroutedQueue } = standardTopology;
  const names = [
    unroutedQueue,
    ...queues.flatMap(({ work, retry, dead }) => [work, ...retry.map((tier) => tier.name), dead]),
  ];
  const model = await dialBroker({ url, name });
  try {
    const left = new Map<string, number>();
    for (const each of names) {
      const { messages = 0 } = (await lookAtQueue(model, each)) ?? {};
      if (messages > 0) left.set(each, messages);
    }
    return left;
  } finally {
    await close(model);
  }
}
