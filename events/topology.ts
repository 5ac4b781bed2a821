import type { Channel, ChannelModel } from 'amqplib';
import { typeOf } from './envelope.ts';
import { type Subscription, subscriptions } from './subscriptions.ts';

/** A queue in which a failed message waits before its consumer sees it again. */
export interface RetryTier {
  /** The end of the queue's name: `5s`. */
  readonly label: string;
  readonly milliseconds: number;
}

const standardRetryTiers: readonly RetryTier[] = [
  { label: '5s', milliseconds: 5_000 },
  { label: '30s', milliseconds: 30_000 },
  { label: '2m', milliseconds: 120_000 },
  { label: '10m', milliseconds: 600_000 },
];

export interface TopologyOptions {
  /** Put before every name, so that several systems can use one broker; none unless said otherwise. */
  readonly prefix?: string;
  readonly retryTiers?: readonly RetryTier[];
  readonly subscriptions?: readonly Subscription[];
}

/** The names of all exchanges and queues. */
export interface Topology {
  readonly exchanges: {
    readonly events: string;
    readonly commands: string;
    readonly dead: string;
    readonly unrouted: string;
  };
  /** Holds the events that no queue was bound for. */
  readonly unroutedQueue: string;
  readonly queues: readonly QueueTopology[];
}

/** A work queue with the queues for its failures. */
export interface QueueTopology {
  readonly subscription: Subscription;
  readonly work: string;
  /** In the order in which a failing message goes through them. */
  readonly retry: readonly { readonly name: string; readonly milliseconds: number }[];
  readonly dead: string;
}

export function describeTopology({
  prefix = '',
  retryTiers = standardRetryTiers,
  subscriptions: list = Object.values(subscriptions),
}: TopologyOptions = {}): Topology {
  return {
    exchanges: {
      events: `${prefix}integration.events`,
      commands: `${prefix}integration.commands`,
      dead: `${prefix}integration.dead`,
      unrouted: `${prefix}integration.unrouted`,
    },
    unroutedQueue: `${prefix}integration.unrouted`,
    queues: list.map((subscription) => {
      const work = `${prefix}${subscription.queue}`;
      return {
        subscription,
        work,
        retry: retryTiers.map(({ label, milliseconds }) => ({ name: `${work}.retry.${label}`, milliseconds })),
        dead: `${work}.dead`,
      };
    }),
  };
}

/** The exchanges and queues of the whole system. */
export const standardTopology = describeTopology();

/** @throws {RangeError} when the topology has no such subscription */
export function queueOf(topology: Topology, subscription: Subscription): QueueTopology {
  const queue = topology.queues.find((candidate) => candidate.subscription.queue === subscription.queue);
  if (!queue)
    throw new RangeError(`the topology has no queue ${subscription.queue}; add it to events/subscriptions.ts`);
  return queue;
}

/** The broker has a queue or an exchange of this name with other arguments, which cannot be changed. */
export class TopologyMismatchError extends Error {
  override readonly name = 'TopologyMismatchError';
  /** The queue or exchange. */
  readonly object: string;
  readonly argument: string;

  constructor(object: string, argument: string, answer: string) {
    super(
      `${object} exists on the broker with another ${argument}. ` +
        'Arguments are immutable: give the queue a new version in its name, or remove the old one once it is empty. ' +
        `The broker said: ${answer}`,
    );
    this.object = object;
    this.argument = argument;
  }
}

/**
 * Declares everything, on a channel of its own: what fails here disturbs nothing that is under way.
 *
 * @throws {TopologyMismatchError} when the broker has something of the same name with other arguments
 */
export async function declareTopology(connection: ChannelModel, topology: Topology): Promise<void> {
  const channel = await connection.createChannel();
  // The broker's refusal rejects the call that caused it; unheard, the event would end the process.
  channel.on('error', () => undefined);
  try {
    await declareExchanges(channel, topology);
    await declareUnrouted(channel, topology);
    for (const queue of topology.queues) await declareQueue(channel, topology, queue);
  } catch (error) {
    throw mismatchOf(error) ?? error;
  }
  await channel.close();
}

/** `-1` is not understood by 3.10, and the default of 4.x drops a parked message after 20 looks. */
const parkedDeliveryLimit = 1_000_000;
const workDeliveryLimit = 20;

async function declareExchanges(channel: Channel, { exchanges }: Topology): Promise<void> {
  await channel.assertExchange(exchanges.unrouted, 'fanout', { durable: true });
  await channel.assertExchange(exchanges.events, 'topic', { durable: true, alternateExchange: exchanges.unrouted });
  await channel.assertExchange(exchanges.commands, 'direct', { durable: true });
  await channel.assertExchange(exchanges.dead, 'direct', { durable: true });
}

async function declareUnrouted(channel: Channel, { exchanges, unroutedQueue }: Topology): Promise<void> {
  await declareQuorumQueue(channel, unroutedQueue, { 'x-delivery-limit': parkedDeliveryLimit });
  await channel.bindQueue(unroutedQueue, exchanges.unrouted, '');
}

async function declareQueue(channel: Channel, { exchanges }: Topology, queue: QueueTopology): Promise<void> {
  const safely = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' };
  await declareQuorumQueue(channel, queue.dead, { 'x-delivery-limit': parkedDeliveryLimit });
  await channel.bindQueue(queue.dead, exchanges.dead, queue.work);
  await declareQuorumQueue(channel, queue.work, {
    'x-delivery-limit': workDeliveryLimit,
    'x-dead-letter-exchange': exchanges.dead,
    'x-dead-letter-routing-key': queue.work,
    ...safely,
  });
  for (const { name, milliseconds } of queue.retry) {
    await declareQuorumQueue(channel, name, {
      'x-message-ttl': milliseconds,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': queue.work,
      ...safely,
    });
  }
  for (const name of queue.subscription.events) await channel.bindQueue(queue.work, exchanges.events, typeOf(name));
}

async function declareQuorumQueue(channel: Channel, name: string, values: Record<string, unknown>): Promise<void> {
  await channel.assertQueue(name, { durable: true, arguments: { 'x-queue-type': 'quorum', ...values } });
}

/** `PRECONDITION_FAILED - inequivalent arg 'x-delivery-limit' for queue 'ledger.events.v1' in vhost '/': received …` */
function mismatchOf(error: unknown): TopologyMismatchError | undefined {
  const message = error instanceof Error ? error.message : '';
  const match = /inequivalent arg '([^']+)' for ((?:queue|exchange) '[^']+')/.exec(message);
  return match?.[1] && match[2]
    ? new TopologyMismatchError(match[2], match[1], message.replace(/^.*PRECONDITION_FAILED - /, ''))
    : undefined;
}
