import type { Channel, ChannelModel } from 'amqplib';
import { isNotFound, onScratchChannel } from '../amqp/scratch-channel.ts';
import { mismatchOf, TopologyMismatchError } from './mismatch.ts';
import { exchangeOf, type Topology } from './topology.ts';

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
      { name: exchanges.retry, type: 'topic' },
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
      ...queues.flatMap(({ work, retry, dead, routingKeys }) => [
        { exchange: exchanges.dead, routingKey: work, queue: dead },
        ...[work, ...retry.map(({ name }) => name)].map((queue) => ({
          exchange: exchanges.retry,
          routingKey: queue,
          queue,
        })),
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
 * Declares everything, on a channel of its own: what fails here disturbs nothing that is in flight.
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

/**
 * Looks for what is not there, which takes no permission; arguments and bindings cannot be seen this way.
 *
 * @returns `queue 'tracking-page.events.v1'`, the first one that is missing
 */
export async function missingOf(connection: ChannelModel, topology: Topology): Promise<string | undefined> {
  const { exchanges, queues } = declarationsOf(topology);
  let object: string | undefined;
  try {
    await onScratchChannel(connection, async (channel) => {
      for (const { name } of exchanges) {
        object = `exchange '${name}'`;
        await channel.checkExchange(name);
      }
      for (const { name } of queues) {
        object = `queue '${name}'`;
        await channel.checkQueue(name);
      }
    });
    return undefined;
  } catch (error) {
    if (isNotFound(error)) return object;
    throw error;
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
