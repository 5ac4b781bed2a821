import { type Kysely, sql } from 'kysely';
import type { Logger } from './logging.ts';

/** Rows at most in one statement: none holds its locks for long. */
const batch = 1_000;
const hour = 60 * 60 * 1_000;

/** What is not kept for ever. */
export interface Retention {
  /** For logs. */
  readonly what: string;
  readonly days: number;
  /**
   * Lets go of what is older.
   *
   * @param limit how many at most
   * @returns how many
   */
  prune(database: Kysely<unknown>, before: Date, limit: number): Promise<number>;
}

/** Rows that are deleted when the time in a column is so long ago; one without a time stays. */
export const rowsOlderThan =
  (table: string, column: string): Retention['prune'] =>
  async (database, before, limit) => {
    const name = sql.table(table);
    const { numAffectedRows } = await sql`
      delete from ${name} where ctid = any(array(select ctid from ${name} where ${sql.id(column)} < ${before} limit ${limit}))
    `.execute(database);
    return Number(numAffectedRows ?? 0);
  };

/** Lets go of all that has had its time; returns how many of each. */
export async function prune(
  database: Kysely<unknown>,
  retentions: readonly Retention[],
  now = Date.now(),
): Promise<Record<string, number>> {
  const pruned: Record<string, number> = {};
  for (const retention of retentions) {
    const before = new Date(now - retention.days * 24 * hour);
    for (let count = batch; count === batch; ) {
      count = await retention.prune(database, before, batch);
      if (count > 0) pruned[retention.what] = (pruned[retention.what] ?? 0) + count;
    }
  }
  return pruned;
}

/** Prunes at the start and every hour; what fails is logged, and tried again in the next one. */
export function startPruner(
  database: Kysely<unknown>,
  logger: Logger,
  retentions: readonly Retention[],
): { stop(): Promise<void> } {
  let run = Promise.resolve();
  const next = () => {
    run = run
      .then(() => prune(database, retentions))
      .then((pruned) => {
        if (Object.keys(pruned).length > 0) logger.info({ pruned }, 'what has had its time is deleted');
      })
      .catch((error: unknown) => logger.error({ err: error }, 'what has had its time could not be deleted'));
  };
  next();
  const timer = setInterval(next, hour);
  return {
    async stop() {
      clearInterval(timer);
      await run;
    },
  };
}
