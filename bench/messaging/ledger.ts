import type { ConfirmChannel } from 'amqplib';
import { type Kysely, sql } from 'kysely';
import type { IntegrationEvent } from '../../events/integration-event.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { toMessage } from '../../messaging/publishing/outgoing-message.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { LedgerTables } from '../../services/ledger/store.ts';
import type { MessagingSystem } from './messaging-system.ts';
import { samplePayment } from './sample-checkouts.ts';

const timeoutMilliseconds = 120_000;
const { work: queue } = queueOf(standardTopology, subscriptions.ledger);

/** One event in so many comes twice, so that the inbox has something to drop. */
const duplicateEvery = 100;

/**
 * Fills the consumer's queue with different events while the consumer is frozen.
 *
 * @returns what lets the consumer go on, and waits until it has worked off all of them
 */
export async function fillQueue(system: MessagingSystem, events: number): Promise<() => Promise<void>> {
  const { database, channel } = system;
  const before = await countJournals(database);
  system.freezeConsumer();
  for (let number = 1; number <= events; number++) {
    const payment = samplePayment();
    const copies = number % duplicateEvery === 0 ? 2 : 1;
    for (let copy = 1; copy <= copies; copy++) putInto(channel, payment);
    if (number % 1_000 === 0) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
  return async () => {
    system.resumeConsumer();
    await awaitJournals(database, before + events);
  };
}

function putInto(channel: ConfirmChannel, event: IntegrationEvent): void {
  const { content, properties } = toMessage(event, standardTopology);
  const headers = { ...properties.headers, 'x-original-routing-key': event.type };
  channel.sendToQueue(queue, content, { ...properties, headers, userId: 'guest', persistent: true });
}

export async function countJournals(database: Kysely<LedgerTables>): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) from journals`.execute(database);
  return rows[0]?.count ?? 0;
}

/**
 * Waits for the ledger to have so many journals in all.
 *
 * @throws when that takes longer than two minutes
 */
export async function awaitJournals(database: Kysely<LedgerTables>, journals: number): Promise<void> {
  // Counting the rows would take the processor from what is measured; the sequence is only a first sign.
  const issued = async () => {
    const { rows } = await sql<{ last: number }>`
      select last_value as last from journals_journal_id_seq
    `.execute(database);
    return rows[0]?.last ?? 0;
  };
  const limits = { within: timeoutMilliseconds, every: 10 };
  const posted =
    (await waitUntil(async () => (await issued()) >= journals, limits)) &&
    (await waitUntil(async () => (await countJournals(database)) >= journals, limits));
  if (!posted) throw new Error('the ledger did not post everything in two minutes');
}
