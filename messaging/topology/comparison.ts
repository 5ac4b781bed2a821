import type { ChannelModel, Options } from 'amqplib';
import { isNotFound, lookAtQueue, onScratchChannel } from '../amqp/scratch-channel.ts';
import { declarationsOf, declareExchange, type ExchangeDeclaration, type QueueDeclaration } from './declarations.ts';
import { type Mismatch, mismatchOf } from './mismatch.ts';
import type { Topology } from './topology.ts';

/** How one exchange or queue on the broker compares with its description. */
export interface ComparedObject {
  readonly kind: 'exchange' | 'queue';
  readonly name: string;
  readonly state: 'as described' | 'missing' | 'different';
  /** Every argument that differs. */
  readonly differences: readonly Omit<Mismatch, 'object'>[];
  /** Messages ready to be consumed; of queues that exist. */
  readonly messages?: number;
  readonly consumers?: number;
  /** A migration of this queue was begun and not finished: messages of it are still set aside. */
  readonly isUnfinished: boolean;
}

/** The queue that holds the messages of another one while that is re-declared. */
export const storeOf = (queue: string): string => `${queue}.migration`;

/**
 * Compares what the broker has with the description, by AMQP alone. Changes nothing. Bindings cannot be read this way;
 * every process declares them whenever it connects.
 */
export async function compareTopology(model: ChannelModel, topology: Topology): Promise<ComparedObject[]> {
  const { exchanges, queues } = declarationsOf(topology);
  const compared: ComparedObject[] = [];
  for (const exchange of exchanges) compared.push(await compareExchange(model, exchange));
  for (const queue of queues) compared.push(await compareQueue(model, queue));
  return compared;
}

async function compareExchange(model: ChannelModel, exchange: ExchangeDeclaration): Promise<ComparedObject> {
  const { name } = exchange;
  const found = { kind: 'exchange', name, differences: [], isUnfinished: false } as const;
  try {
    await onScratchChannel(model, (channel) => channel.checkExchange(name));
    await onScratchChannel(model, (channel) => declareExchange(channel, exchange));
    return { ...found, state: 'as described' };
  } catch (error) {
    if (isNotFound(error)) return { ...found, state: 'missing' };
    const mismatch = mismatchOf(error);
    if (!mismatch) throw error;
    return { ...found, state: 'different', differences: [mismatch] };
  }
}

export async function compareQueue(model: ChannelModel, queue: QueueDeclaration): Promise<ComparedObject> {
  const { name } = queue;
  const [seen, store] = [await lookAtQueue(model, name), await lookAtQueue(model, storeOf(name))];
  const found = { kind: 'queue', name, isUnfinished: store !== undefined } as const;
  if (!seen) return { ...found, state: 'missing', differences: [] };
  const differences = await differencesOf(model, queue);
  return { ...found, state: differences.length > 0 ? 'different' : 'as described', differences, ...seen };
}

const mostArguments = 30;

/** The broker names one argument that differs: it is asked again with that one changed, until it agrees. */
async function differencesOf(model: ChannelModel, queue: QueueDeclaration): Promise<Mismatch[]> {
  const differences: Mismatch[] = [];
  let options: Options.AssertQueue = { durable: true, arguments: queue.arguments };
  while (differences.length < mostArguments) {
    try {
      await onScratchChannel(model, (channel) => channel.assertQueue(queue.name, options));
      break;
    } catch (error) {
      const mismatch = mismatchOf(error);
      if (!mismatch) throw error;
      differences.push(mismatch);
      options = withActual(options, mismatch);
    }
  }
  return differences;
}

function withActual(options: Options.AssertQueue, { argument, actual }: Mismatch): Options.AssertQueue {
  if (argument === 'durable') return { ...options, durable: actual === 'true' };
  if (argument === 'auto_delete') return { ...options, autoDelete: actual === 'true' };
  const { [argument]: _, ...others } = options.arguments as Record<string, unknown>;
  if (actual === 'none') return { ...options, arguments: others };
  return { ...options, arguments: { ...others, [argument]: /^-?\d+$/.test(actual) ? Number(actual) : actual } };
}
