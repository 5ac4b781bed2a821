import type { ChannelModel } from 'amqplib';
import { lookAtQueue, onScratchChannel } from '../amqp/scratch-channel.ts';
import { type ComparedObject, compareQueue, compareTopology, storeOf } from '../topology/comparison.ts';
import {
  type BindingDeclaration,
  bind,
  type Declarations,
  declarationsOf,
  declareQueue,
  declareTopology,
  type QueueDeclaration,
} from '../topology/declarations.ts';
import { TopologyMismatchError } from '../topology/mismatch.ts';
import type { Topology } from '../topology/topology.ts';
import { ConsumersAttachedError, QueueMover } from './queue-mover.ts';

/** What a migration would do now. */
export interface MigrationPlan {
  /** Queues with other arguments, and those of which an earlier migration was not finished. */
  readonly queues: readonly ComparedObject[];
  /** Exchanges that differ; they hold no messages, and a migration leaves them alone. */
  readonly exchanges: readonly ComparedObject[];
}

export async function planMigration(model: ChannelModel, topology: Topology): Promise<MigrationPlan> {
  const compared = await compareTopology(model, topology);
  return {
    queues: compared.filter(
      ({ kind, state, isUnfinished }) => kind === 'queue' && (state === 'different' || isUnfinished),
    ),
    exchanges: compared.filter(({ kind, state }) => kind === 'exchange' && state === 'different'),
  };
}

/**
 * Re-declares queues that have other arguments than described. Their messages wait in a store of their own meanwhile,
 * `<queue>.migration`, which also takes what is published in the meantime. May be ended at any point and run again: what
 * the broker has tells how far it came. A message can be there twice then, with one id, and none is lost.
 *
 * @param report receives each step, human-readable
 * @returns how many messages went through the stores
 * @throws {ConsumersAttachedError} when a queue that has to go has consumers, before anything is changed
 * @throws {TopologyMismatchError} when an exchange differs
 */
export async function migrateTopology(
  model: ChannelModel,
  topology: Topology,
  report: (line: string) => void,
): Promise<number> {
  refuse(await planMigration(model, topology));
  const declarations = declarationsOf(topology);
  let moved = 0;
  // A work queue comes before its retry tiers: it empties them into their stores, and their turn brings that back.
  for (const queue of declarations.queues) {
    if ((await compareQueue(model, queue)).state === 'different') await setAside(model, declarations, queue, report);
    if (await lookAtQueue(model, storeOf(queue.name))) moved += await bringBack(model, declarations, queue, report);
  }
  await declareTopology(model, topology);
  return moved;
}

/** A quorum queue also counts a consumer that was cancelled and still holds messages. */
function refuse({ queues, exchanges }: MigrationPlan): void {
  const [exchange] = exchanges;
  const [difference] = exchange?.differences ?? [];
  if (exchange && difference) throw new TopologyMismatchError({ ...difference, object: `exchange '${exchange.name}'` });
  const consumed = queues.filter(({ state, consumers = 0 }) => state === 'different' && consumers > 0);
  if (consumed.length === 0) return;
  const names = consumed.map(({ name, consumers }) => `'${name}' (${consumers})`);
  throw new ConsumersAttachedError(
    `these queues are being consumed: ${names.join(', ')}; stop the processes that consume them and run this again; publishers may go on`,
  );
}

async function setAside(
  model: ChannelModel,
  { queues, bindings }: Declarations,
  queue: QueueDeclaration,
  report: (line: string) => void,
): Promise<void> {
  for (const tier of queues.filter((candidate) => returnsTo(candidate, queue))) {
    if (!(await lookAtQueue(model, tier.name))) continue;
    // Nothing comes to the queue by its name any more while it is replaced.
    await declareStore(model, tier);
    const mover = await QueueMover.start(model, tier.name, storeOf(tier.name));
    try {
      await mover.emptied();
    } finally {
      await mover.close();
    }
  }
  await declareStore(model, queue);
  const moved = await replace(
    model,
    queue.name,
    storeOf(queue.name),
    bindings.filter(({ queue: name }) => name === queue.name),
  );
  report(`${queue.name}: ${inWords(moved)} set aside in ${storeOf(queue.name)}, the queue is deleted`);
}

async function bringBack(
  model: ChannelModel,
  { bindings }: Declarations,
  queue: QueueDeclaration,
  report: (line: string) => void,
): Promise<number> {
  await onScratchChannel(model, (channel) => declareQueue(channel, queue));
  const moved = await replace(
    model,
    storeOf(queue.name),
    queue.name,
    bindings.filter(({ queue: name }) => name === queue.name),
  );
  report(`${queue.name}: declared as described, ${inWords(moved)} brought back`);
  return moved;
}

/**
 * One queue takes the place of another, which goes. The messages that are there come first, then the bindings: the new
 * queue is bound before the old one is unbound, so that what is published meanwhile goes to one of them at least.
 */
async function replace(
  model: ChannelModel,
  from: string,
  to: string,
  bindings: readonly BindingDeclaration[],
): Promise<number> {
  const mover = await QueueMover.start(model, from, to);
  try {
    await mover.backlogMoved();
    await onScratchChannel(model, async (channel) => {
      for (const binding of bindings) await bind(channel, { ...binding, queue: to });
      for (const { exchange, routingKey } of bindings) await channel.unbindQueue(from, exchange, routingKey);
    });
    await mover.emptied();
    await mover.deleteQueue();
    return mover.moved;
  } finally {
    await mover.close();
  }
}

const storeDeliveryLimit = 1_000_000;

async function declareStore(model: ChannelModel, { name }: QueueDeclaration): Promise<void> {
  const store = {
    name: storeOf(name),
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': storeDeliveryLimit },
  };
  await onScratchChannel(model, (channel) => declareQueue(channel, store));
}

/** Whether a queue is a retry tier of another one. */
function returnsTo({ arguments: values }: QueueDeclaration, work: QueueDeclaration): boolean {
  return values['x-dead-letter-exchange'] === '' && values['x-dead-letter-routing-key'] === work.name;
}

const inWords = (messages: number) => `${messages.toLocaleString('en')} ${messages === 1 ? 'message' : 'messages'}`;
