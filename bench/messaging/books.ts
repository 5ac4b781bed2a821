import { sql } from 'kysely';
import { standardTopology } from '../../events/standard-topology.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import { completeness, trialBalance } from '../../services/ledger/store.ts';
import { totalsOf } from '../../services/ledger/totals.ts';
import type { MessagingSystem } from './messaging-system.ts';

/** What the books say in the end. */
export interface Books {
  /** Different events that were published. */
  readonly events: number;
  readonly journals: number;
  readonly eventsWithTwoJournals: number;
  readonly complete: boolean;
  readonly deadLetters: number;
  /** Minor units, of all journals. */
  readonly debits: number;
  readonly credits: number;
  readonly hold: boolean;
}

/** Looks whether each event has one journal, and the books balance. */
export async function inspectBooks({ database, channel }: MessagingSystem, events: number): Promise<Books> {
  const { complete, journals } = await completeness(database);
  const [total = { debits: 0, credits: 0 }] = totalsOf(await trialBalance(database));
  const { rows } = await sql<{ count: number }>`
    select count(*) from (select from journals group by event_id having count(*) > 1) as twice
  `.execute(database);
  const eventsWithTwoJournals = rows[0]?.count ?? 0;
  const { messageCount: deadLetters } = await channel.checkQueue(queueOf(standardTopology, subscriptions.ledger).dead);
  const { debits, credits } = total;
  const hold =
    journals === events && eventsWithTwoJournals === 0 && complete && deadLetters === 0 && debits === credits;
  return { events, journals, eventsWithTwoJournals, complete, deadLetters, debits, credits, hold };
}
