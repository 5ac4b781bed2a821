import { sql, type Transaction } from 'kysely';
import type { Currency } from '../../contracts/currency.ts';
import { openDatabase } from '../../platform/database.ts';
import type { Equation } from './equation.ts';

/** The sums of both sides, and the subjects for which they differ. */
export interface Sides {
  /** Both sides are minor units of it. */
  readonly currency: Currency | null;
  readonly left: number;
  readonly right: number;
  /** How many rows differ. */
  readonly differing: number;
  /** What these are about, as `order o-1`; where the figures are of no subject, null. Not all of a great many. */
  readonly subjects: readonly (string | null)[];
}

const mostSubjects = 10_000;

/** Reads in one snapshot of all schemas: what is committed meanwhile is not seen. It can change nothing. */
export async function inSnapshot<Result>(
  databaseUrl: string,
  read: (transaction: Transaction<unknown>) => Promise<Result>,
): Promise<Result> {
  const database = openDatabase<unknown>({ url: databaseUrl, schema: 'public', connections: 1 });
  try {
    return await database
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (transaction) => {
        // A large ledger takes longer than a call of a service may.
        await sql`set local statement_timeout = '10min'`.execute(transaction);
        // To compile a query takes longer than most of them do.
        await sql`set local jit = off`.execute(transaction);
        return read(transaction);
      });
  } finally {
    await database.destroy();
  }
}

/**
 * The figures of an equation: one row for each currency, or one for all where it has none.
 *
 * @throws {Error} that names the equation
 */
export async function readSides(
  transaction: Transaction<unknown>,
  name: string,
  { sides }: Pick<Equation, 'sides'>,
): Promise<readonly Sides[]> {
  const { rows } = await sql
    .raw<Sides>(`
      select currency, sum("left")::bigint as left, sum("right")::bigint as right,
        count(*) filter (where "left" <> "right") as differing,
        coalesce((array_agg(subject order by subject) filter (where "left" <> "right"))[1:${mostSubjects}], '{}') as subjects
      from (${sides}) as sides group by currency order by currency`)
    .execute(transaction)
    .catch((cause: Error) => {
      throw new Error(`the equation '${name}' cannot be read: ${cause.message}`, { cause });
    });
  return rows.length > 0 ? rows : [{ currency: null, left: 0, right: 0, differing: 0, subjects: [] }];
}
