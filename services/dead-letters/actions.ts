import type { Kysely, Transaction } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import { consumedBy } from '../../events/processes.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import {
  BrokerUnavailableError,
  MessageRefusedError,
  MessageTooLargeError,
  UnroutableMessageError,
} from '../../messaging/connection/errors.ts';
import { toReplay } from '../../messaging/consuming/failed-message.ts';
import { firstPublisher, onBehalfOf } from '../../messaging/publishing/first-publisher.ts';
import type { OutgoingMessage } from '../../messaging/publishing/outgoing-message.ts';
import type { Publisher } from '../../messaging/publishing/publisher.ts';
import type { Topology } from '../../messaging/topology/topology.ts';
import type { DeadLetter, DeadLetterFilter, Outcome } from './contract.ts';
import * as store from './store.ts';

type Database = Kysely<store.DeadLettersTables>;
type Sender = Pick<Publisher, 'send' | 'topology' | 'user'>;

/** A filter with how many at most, and whether only to tell. */
export interface Selection {
  readonly filter: DeadLetterFilter;
  readonly limit: number;
  readonly dryRun: boolean;
}

/** Dead letters in one transaction; all their bodies are held at once. */
const batchSize = 20;

/**
 * Sends one message again. It is marked after the broker has confirmed it: a crash in between leaves it parked, and the
 * inbox drops the second replay.
 *
 * @throws {ServiceFailure} `NotFound`; `InvalidState` when it is not parked any more, unless forced, or when its queue does
 * not exist any more; `Unavailable` when the broker did not take it: then nothing is marked
 */
export function replay(
  database: Database,
  publisher: Sender,
  deadLetterId: number,
  { force, ...actor }: store.Actor & { readonly force: boolean },
): Promise<DeadLetter> {
  return database.transaction().execute(async (transaction) => {
    const letter = await lockOne(transaction, deadLetterId);
    if (!force) mustBeParked(letter);
    await send(publisher, letter);
    return mark(transaction, letter, 'replayed', actor);
  });
}

/** @throws {ServiceFailure} `NotFound`; `InvalidState` when it is not parked any more */
export function discard(database: Database, deadLetterId: number, actor: store.Actor): Promise<DeadLetter> {
  return database.transaction().execute(async (transaction) => {
    const letter = await lockOne(transaction, deadLetterId);
    mustBeParked(letter);
    return mark(transaction, letter, 'discarded', actor);
  });
}

/**
 * Sends the parked messages that meet a filter again, oldest first.
 *
 * @param signal stops between two batches when it is aborted
 * @throws {ServiceFailure} `Unavailable` when the broker takes none of them
 */
export async function replayMatching(
  database: Database,
  publisher: Sender,
  selection: Selection,
  actor: store.Actor,
  signal: AbortSignal,
): Promise<Outcome> {
  return forMatching(database, selection, signal, async (transaction, letters) => {
    const results = await Promise.allSettled(letters.map((letter) => send(publisher, letter)));
    const sent = letters.filter((_, index) => results[index]?.status === 'fulfilled');
    await store.recordAction(transaction, idsOf(sent), 'replayed', actor);
    return results.map((result) => (result.status === 'rejected' ? result.reason : undefined));
  });
}

/** Discards the parked messages that meet a filter. */
export async function discardMatching(
  database: Database,
  selection: Selection,
  actor: store.Actor,
  signal: AbortSignal,
): Promise<Outcome> {
  return forMatching(database, selection, signal, async (transaction, letters) => {
    await store.recordAction(transaction, idsOf(letters), 'discarded', actor);
    return [];
  });
}

/** @param act returns, by place, why it failed with a letter */
async function forMatching(
  database: Database,
  { filter, limit, dryRun }: Selection,
  signal: AbortSignal,
  act: (transaction: Transaction<store.DeadLettersTables>, letters: store.WholeDeadLetter[]) => Promise<unknown[]>,
): Promise<Outcome> {
  const { matched, deadLetterIds } = await store.matchParked(database, filter, limit);
  if (dryRun) return { dryRun, matched, deadLetterIds, failed: [] };
  const outcome: Outcome = { dryRun, matched, deadLetterIds: [], failed: [] };
  for (let start = 0; start < deadLetterIds.length && !signal.aborted; start += batchSize) {
    await database.transaction().execute(async (transaction) => {
      const locked = await store.lockDeadLetters(transaction, deadLetterIds.slice(start, start + batchSize));
      const letters = locked.filter(({ state }) => state === 'parked');
      const errors = await act(transaction, letters);
      for (const [index, { deadLetterId }] of letters.entries()) {
        const error = errors[index];
        if (error === undefined) outcome.deadLetterIds.push(deadLetterId);
        else outcome.failed.push({ deadLetterId, message: error instanceof Error ? error.message : String(error) });
      }
      const unavailable = errors.find((error) => error instanceof ServiceFailure && error.type === 'Unavailable');
      // Those that come after it would fail just as well.
      if (unavailable) start = deadLetterIds.length;
      if (unavailable && outcome.deadLetterIds.length === 0) throw unavailable;
    });
  }
  return outcome;
}

async function send(publisher: Sender, letter: store.WholeDeadLetter): Promise<void> {
  try {
    await publisher.send(replayOf(letter, publisher));
  } catch (error) {
    const options = { cause: error };
    if (error instanceof BrokerUnavailableError || error instanceof MessageRefusedError) {
      throw new ServiceFailure('Unavailable', `${error.message}; nothing was marked, so try again later`, {}, options);
    }
    if (error instanceof MessageTooLargeError) throw new ServiceFailure('InvalidState', error.message, {}, options);
    if (error instanceof UnroutableMessageError) {
      throw new ServiceFailure('InvalidState', `the queue ${letter.queue} does not exist any more`, {}, options);
    }
    throw error;
  }
}

/** Whom the consumer of its queue names as the publisher of a letter is believed, and no other. */
function replayOf(letter: store.WholeDeadLetter, { topology, user }: Sender): OutgoingMessage {
  const { deadLetterId, queue, exchange, routingKey, body } = letter;
  const properties = JSON.parse(letter.properties);
  const publisher = firstPublisher(properties, [user, consumerOf(topology, queue)]);
  const replay = toReplay({ content: body, properties }, topology, queue, {
    // Where it failed again, these two tell where it had come from at first, and of which letter it was the replay.
    'x-original-exchange': exchange ?? '',
    'x-original-routing-key': routingKey ?? queue,
    'x-replay-of': deadLetterId,
  });
  return onBehalfOf(publisher, replay);
}

/** The user who takes what comes to a work queue. */
function consumerOf({ queues }: Topology, queue: string): string | undefined {
  const name = queues.find(({ work }) => work === queue)?.subscription.queue;
  return Object.entries(consumedBy).find(([key]) => subscriptions[key as keyof typeof consumedBy].queue === name)?.[1];
}

async function lockOne(
  transaction: Transaction<store.DeadLettersTables>,
  deadLetterId: number,
): Promise<store.WholeDeadLetter> {
  const [letter] = await store.lockDeadLetters(transaction, [deadLetterId]);
  if (!letter) throw store.notFound(deadLetterId);
  return letter;
}

function mustBeParked({ deadLetterId, state }: DeadLetter): void {
  if (state === 'parked') return;
  throw new ServiceFailure(
    'InvalidState',
    `dead letter ${deadLetterId} was ${state} before; show it to see by whom and why`,
    { facts: { state } },
  );
}

async function mark(
  transaction: Transaction<store.DeadLettersTables>,
  { properties: _, body: __, ...letter }: store.WholeDeadLetter,
  action: 'replayed' | 'discarded',
  actor: store.Actor,
): Promise<DeadLetter> {
  await store.recordAction(transaction, [letter.deadLetterId], action, actor);
  return { ...letter, state: action };
}

const idsOf = (letters: readonly DeadLetter[]) => letters.map(({ deadLetterId }) => deadLetterId);
