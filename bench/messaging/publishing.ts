import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Channel, ConfirmChannel } from 'amqplib';
import { createBridgeActivities } from '../../bridge/activities.ts';
import { integrationEvents } from '../../events/contracts/index.ts';
import { describeStandardTopology } from '../../events/standard-topology.ts';
import type { OutgoingMessage } from '../../messaging/publishing/outgoing-message.ts';
import { toMessage } from '../../messaging/publishing/outgoing-message.ts';
import type { Publisher } from '../../messaging/publishing/publisher.ts';
import { eventsOf, milestonesOf } from './sample-checkouts.ts';

/** Messages on their way at the same time: the window of the bridge. */
const window = 200;
/** As many as a worker runs at the same time by default. */
const activitiesAtOnce = 100;

/** One quorum queue that takes all events of a checkout, behind exchanges of its own. */
export const publishingTopology = describeStandardTopology({
  prefix: 'bench.',
  subscriptions: [
    {
      name: 'bench',
      queue: 'bench.events.v1',
      events: ['OrderPlaced', 'InventoryReserved', 'PaymentProcessed', 'OrderCompleted'],
    },
  ],
});

/** Publishes for a time. @returns how many messages the broker has confirmed */
export type Publishing = (seconds: number) => Promise<number>;

/** What the bridge's activity does: contracts, envelope, window of confirms, metrics, trace. */
export function bridgePublishing(publisher: Publisher): Publishing {
  const { publishMilestones } = createBridgeActivities({ contracts: integrationEvents, publisher });
  const activities = Array.from({ length: activitiesAtOnce }, () => {
    const workflowId = `checkout/${randomUUID()}`;
    return new MockActivityEnvironment({ workflowExecution: { workflowId, runId: randomUUID() } });
  });
  let sequence = 1;
  return (seconds) =>
    inLanes(activities, seconds, async (environment) => {
      const batches = milestonesOf(randomUUID(), sequence);
      sequence += 4;
      let confirmed = 0;
      for (const batch of batches) {
        await environment.run(publishMilestones, batch);
        confirmed += batch.milestones.length;
      }
      return confirmed;
    });
}

/** The same messages by amqplib alone, with as many on their way as the bridge has. */
export const pipelinedPublishing = (channel: ConfirmChannel): Publishing => rawPublishing(channel, window);

/** The same messages by amqplib alone, each after the confirm of the one before. */
export const oneAtATimePublishing = (channel: ConfirmChannel): Publishing => rawPublishing(channel, 1);

function rawPublishing(channel: ConfirmChannel, atOnce: number): Publishing {
  const messages = Array.from({ length: 250 }, () => eventsOf(randomUUID())).flatMap((events) =>
    events.map((event) => toMessage(event, publishingTopology)),
  );
  let next = 0;
  return (seconds) =>
    inLanes(Array.from({ length: atOnce }), seconds, async () => {
      await publishOne(channel, messages[next++ % messages.length] as OutgoingMessage);
      return 1;
    });
}

function publishOne(channel: ConfirmChannel, message: OutgoingMessage): Promise<void> {
  const { exchange, routingKey, content, properties } = message;
  const options = { ...properties, persistent: true, mandatory: true };
  return new Promise((resolve, reject) => {
    channel.publish(exchange, routingKey, content, options, (error) => (error ? reject(error) : resolve()));
  });
}

/** Each lane works again and again until the time is over. @returns the sum of what the work returned */
async function inLanes<Lane>(
  lanes: readonly Lane[],
  seconds: number,
  work: (lane: Lane) => Promise<number>,
): Promise<number> {
  const deadline = performance.now() + seconds * 1_000;
  let sum = 0;
  await Promise.all(
    lanes.map(async (lane) => {
      while (performance.now() < deadline) {
        const done = await work(lane);
        sum += done;
      }
    }),
  );
  return sum;
}

/**
 * Empties the queue.
 *
 * @throws when it does not hold exactly what was confirmed: then the measurement is worth nothing
 */
export async function requireInQueue(channel: Channel, confirmed: number): Promise<void> {
  for (const { work } of publishingTopology.queues) {
    const { messageCount } = await channel.purgeQueue(work);
    if (messageCount !== confirmed)
      throw new Error(`${confirmed} messages were confirmed, ${work} had ${messageCount}`);
  }
}
