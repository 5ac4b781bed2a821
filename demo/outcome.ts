import { type Kysely, sql } from 'kysely';
import type { CheckoutClient } from '../client/checkout-client.ts';
import { openDatabase } from '../platform/database.ts';
import type { CheckoutResult } from '../workflows/checkout/contract.ts';
import type { Scenario } from './scenario.ts';

/** What became of one scenario. */
export interface Outcome {
  readonly title: string;
  readonly result: CheckoutResult;
  readonly events: number;
  readonly journals: number;
  readonly mails: number;
  /** What is not as it was expected to be. */
  readonly surprises: readonly string[];
}

interface Counts {
  readonly events: number;
  readonly journals: number;
  readonly mails: number;
}

/** Looks at what became of each scenario: its result in Temporal, and its traces in the databases of the consumers. */
export async function observe(
  scenarios: readonly Scenario[],
  checkouts: CheckoutClient,
  databaseUrl: string,
): Promise<Outcome[]> {
  const database: Kysely<unknown> = openDatabase({ url: databaseUrl, schema: 'public', connections: 2 });
  try {
    return await Promise.all(
      scenarios.map(async ({ title, input, expected }) => {
        const [result, counts] = await Promise.all([
          checkouts.waitForResult(input.checkoutId),
          count(database, input.checkoutId),
        ]);
        const seen = { outcome: result.outcome, reason: result.reason?.type, undone: result.undone, ...counts };
        const surprises = (Object.keys(expected) as (keyof typeof expected)[])
          .filter((name) => JSON.stringify(seen[name]) !== JSON.stringify(expected[name]))
          .map((name) => `${name}: ${JSON.stringify(expected[name])} was expected`);
        return { title, result, ...counts, surprises };
      }),
    );
  } finally {
    await database.destroy();
  }
}

async function count(database: Kysely<unknown>, checkoutId: string): Promise<Counts> {
  const { rows } = await sql<Counts>`
    select
      (select count(*) from ledger.inbox where subject = ${checkoutId})
        + (select count(*) from notification.inbox where subject = ${checkoutId}) as events,
      (select count(*) from ledger.journals where subject_kind = 'order' and subject_id = ${checkoutId}) as journals,
      (select count(*) from mail_sink.mails where checkout_id = ${checkoutId}) as mails
  `.execute(database);
  return rows[0] ?? { events: 0, journals: 0, mails: 0 };
}
