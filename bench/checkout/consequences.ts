import { type Kysely, sql } from 'kysely';
import { waitUntil } from '../../parts/wait.ts';

const patience = 300_000;

/**
 * Waits until everything that follows from completed checkouts is recorded: the journals are posted, the mails are sent
 * and their events published.
 *
 * @param checkouts how many have completed so far
 * @throws when that takes longer than five minutes
 */
export async function awaitConsequences(database: Kysely<unknown>, checkouts: number): Promise<void> {
  const done = await waitUntil(
    async () => {
      const { rows } = await sql<{ journals: number; mails: number }>`
        select (select count(*) from ledger.journals) as journals,
          (select count(*) from notification.outbox where published_at is not null) as mails
      `.execute(database);
      return rows.every(({ journals, mails }) => journals >= checkouts && mails >= checkouts);
    },
    { within: patience, every: 100 },
  );
  if (!done) throw new Error('the ledger and the notifications did not catch up with the checkouts in five minutes');
}
