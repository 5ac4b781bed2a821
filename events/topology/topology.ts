import type { Channel, ChannelModel } from 'amqplib';
import { onScratchChannel } from '../amqp/scratch-channel.ts';
import { type EventContracts, type NameIn, typesOf } from '../contracts/definition.ts';
import { mismatchOf, TopologyMismatchError } from './mismatch.ts';

/** Which events or commands one consumer takes, and the work queue that holds them for it. */
export interface Subscription<Name extends string = string> {
  /** The consumer, as its inbox names it. */
  readonly name: string;
  /** Arguments of a queue never change, so its version is in its name. */
  readonly queue: `${string}.v${number}`;
  readonly events: readonly Name[];
}

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

export interface TopologyOptions<Contracts extends EventContracts> {
  /** Names the system in what it publishes: its events are from `urn:<system>:<context>`. */
  readonly system: string;
  /** Every event and command that is published or taken. */
  readonly contracts: Contracts;
  /** Who listens to what: an event waits for its consumer even when that has never run. */
  readonly subscriptions: readonly Subscription<NameIn<Contracts>>[];
  /** Put before every name, so that several systems can use one broker; none unless said otherwise. */
  readonly prefix?: string;
  readonly retryTiers?: readonly RetryTier[];
}

/** The names of all exchanges and queues, and what goes where. */
export interface Topology {
  readonly system: string;
  readonly exchanges: {
    readonly events: string;
    readonly commands: string;
    readonly dead: string;
    readonly unrouted: string;
  };
  /** The types that go to the exchange for commands; all others go to that for events. */
  readonly commands: readonly string[];
  /** Holds the events that no queue was bound for. */
  readonly unroutedQueue: string;
  readonly queues: readonly QueueTopology[];
}

/** A work queue with the queues for its failures. */
export interface QueueTopology {
  readonly subscription: Subscription;
  readonly work: string;
  /** Of all versions of what it subscribes to. */
  readonly routingKeys: readonly string[];
  /** In the order in which a failing message goes through them. */
  readonly retry: readonly { readonly name: string; readonly milliseconds: number }[];
  readonly dead: string;
}

/** The exchanges and queues of a system, from its contracts and from who listens to what. */
export function describeTopology<Contracts extends EventContracts>({
  system,
  contracts,
  subscriptions,
  prefix = '',
  retryTiers = standardRetryTiers,
}: TopologyOptions<Contracts>): Topology {
  const typesNamed = (name: string) => {
    const contract = contracts[name];
    return contract ? typesOf(contract) : [];
  };
  return {
    system,
    exchanges: {
      events: `${prefix}integration.events`,
      commands: `${prefix}integration.commands`,
      dead: `${prefix}integration.dead`,
      unrouted: `${prefix}integration.unrouted`,
    },
    commands: Object.values(contracts).flatMap((contract) => (contract.kind === 'command' ? typesOf(contract) : [])),
    unroutedQueue: `${prefix}integration.unrouted`,
    queues: subscriptions.map((subscription) => {
      const work = `${prefix}${subscription.queue}`;
      return {
        subscription,
        work,
        routingKeys: subscription.events.flatMap(typesNamed),
        retry: retryTiers.map(({ label, milliseconds }) => ({ name: `${work}.retry.${label}`, milliseconds })),
        dead: `${work}.dead`,
      };
    }),
  };
}

/** @throws {RangeError} when the topology has no such subscription */
export function queueOf(topology: Topology, subscription: Subscription): QueueTopology {
  const queue = topology.queues.find((candidate) => candidate.subscription.queue === subscription.queue);
  if (!queue) throw new RangeError(`the topology has no queue ${subscription.queue}; add it to the subscriptions`);
  return queue;
}

/** Where an event or a command of this type is published, and its queues are bound. */
export function exchangeOf({ exchanges, commands }: Topology, type: string): string {
  return commands.includes(type) ? exchanges.commands : exchanges.events;
}

/** An exchange as it has to be; all are durable. */
export interface ExchangeDeclaration {
  readonly name: string;
  readonly type: 'topic' | 'direct' | 'fanout';
  /** Where messages go that no queue of this exchange takes. */
  readonly alternateExchange?: string;
}

/** A queue as it has to be; all are durable. */
export interface QueueDeclaration {
  readonly name: string;
  readonly arguments: Readonly<Record<string, string | number>>;
}

export interface BindingDeclaration {
  readonly exchange: string;
  /** The empty text for an exchange that sends everything to every queue. */
  readonly routingKey: string;
  readonly queue: string;
}

/** Everything that the broker has to have. */
export interface Declarations {
  readonly exchanges: readonly ExchangeDeclaration[];
  readonly queues: readonly QueueDeclaration[];
  readonly bindings: readonly BindingDeclaration[];
}

/** `-1` is not understood by 3.10, and the default of 4.x drops a parked message after 20 looks. */
const parkedDeliveryLimit = 1_000_000;
const workDeliveryLimit = 20;

/**
 * The topology in the broker's words: what declares, prints, compares and migrates it derives from here. A queue that
 * others dead-letter to comes before them.
 */
export function declarationsOf(topology: Topology): Declarations {
  const { exchanges, unroutedQueue, queues } = topology;
  return {
    exchanges: [
      { name: exchanges.unrouted, type: 'fanout' },
      { name: exchanges.events, type: 'topic', alternateExchange: exchanges.unrouted },
      { name: exchanges.commands, type: 'direct' },
      { name: exchanges.dead, type: 'direct' },
    ],
    queues: [
      quorumQueue(unroutedQueue, { 'x-delivery-limit': parkedDeliveryLimit }),
      ...queues.flatMap(({ work, retry, dead }) => [
        quorumQueue(dead, { 'x-delivery-limit': parkedDeliveryLimit }),
        quorumQueue(work, { 'x-delivery-limit': workDeliveryLimit, ...deadLetterTo(exchanges.dead, work) }),
        ...retry.map(({ name, milliseconds }) =>
          quorumQueue(name, { 'x-message-ttl': milliseconds, ...deadLetterTo('', work) }),
        ),
      ]),
    ],
    bindings: [
      { exchange: exchanges.unrouted, routingKey: '', queue: unroutedQueue },
      ...queues.flatMap(({ work, dead, routingKeys }) => [
        { exchange: exchanges.dead, routingKey: work, queue: dead },
        ...routingKeys.map((routingKey) => ({ exchange: exchangeOf(topology, routingKey), routingKey, queue: work })),
      ]),
    ],
  };
}

function quorumQueue(name: string, values: Readonly<Record<string, string | number>>): QueueDeclaration {
  return { name, arguments: { 'x-queue-type': 'quorum', ...values } };
}

/** A message stays where it is until the queue that it goes to has confirmed it. */
function deadLetterTo(exchange: string, routingKey: string): Record<string, string> {
  return {
    'x-dead-letter-exchange': exchange,
    'x-dead-letter-routing-key': routingKey,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  };
}

/**
 * Declares everything, on a channel of its own: what fails here disturbs nothing that is under way.
 *
 * @throws {TopologyMismatchError} when the broker has something of the same name with other arguments
 */
export async function declareTopology(connection: ChannelModel, topology: Topology): Promise<void> {
  const { exchanges, queues, bindings } = declarationsOf(topology);
  try {
    await onScratchChannel(connection, async (channel) => {
      for (const exchange of exchanges) await declareExchange(channel, exchange);
      for (const queue of queues) await declareQueue(channel, queue);
      for (const binding of bindings) await bind(channel, binding);
    });
  } catch (error) {
    const mismatch = mismatchOf(error);
    throw mismatch ? new TopologyMismatchError(mismatch) : error;
  }
}

export async function declareExchange(channel: Channel, exchange: ExchangeDeclaration): Promise<void> {
  const { name, type, alternateExchange } = exchange;
  await channel.assertExchange(name, type, { durable: true, ...(alternateExchange && { alternateExchange }) });
}

export async function declareQueue(channel: Channel, { name, arguments: values }: QueueDeclaration): Promise<void> {
  await channel.assertQueue(name, { durable: true, arguments: values });
}

export async function bind(channel: Channel, { queue, exchange, routingKey }: BindingDeclaration): Promise<void> {
  await channel.bindQueue(queue, exchange, routingKey);
}
