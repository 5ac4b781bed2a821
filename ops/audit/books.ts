import { type Kysely, sql } from 'kysely';
import { type Currency, formatMoney } from '../../contracts/currency.ts';
import { waitUntil } from '../../parts/wait.ts';
import { openDatabase } from '../../platform/database.ts';
import { equations } from './equations/index.ts';

/** Two figures that have to be equal once everything is quiet. */
export interface Equation {
  readonly name: string;
  /** Money with its currency, such as `59.98 USD`, or a count. */
  readonly left: string;
  readonly right: string;
  readonly holds: boolean;
}

interface Figure {
  /** Both sides are minor units of it. */
  readonly currency?: Currency;
  readonly left: number;
  readonly right: number;
}

/**
 * Holds the databases of the services, the provider's own record, the books and the mails against each other. It reads
 * the tables alone and trusts none of the code that wrote them.
 *
 * @param databaseUrl the database that all services share; the provider is the simulator
 */
export async function auditBooks(databaseUrl: string): Promise<Equation[]> {
  const database: Kysely<unknown> = openDatabase({ url: databaseUrl, schema: 'public', connections: 2 });
  try {
    const results = await Promise.all(
      Object.entries(equations).map(async ([name, query]) => {
        const { rows } = await sql.raw<Figure>(query).execute(database);
        return rows.map(({ currency, left, right }) => ({
          name,
          left: currency ? formatMoney(left, currency) : String(left),
          right: currency ? formatMoney(right, currency) : String(right),
          holds: left === right,
        }));
      }),
    );
    return results.flat();
  } finally {
    await database.destroy();
  }
}

/** Audits again and again until every equation holds or the time is over; returns the last audit. */
export async function auditWhenQuiet(databaseUrl: string, withinMilliseconds: number): Promise<Equation[]> {
  let audit: Equation[] = [];
  await waitUntil(
    async () => {
      audit = await auditBooks(databaseUrl);
      return audit.every(({ holds }) => holds);
    },
    { within: withinMilliseconds, every: 250 },
  );
  return audit;
}
