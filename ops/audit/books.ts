import type { Transaction } from 'kysely';
import { formatMoney } from '../../contracts/currency.ts';
import { waitUntil } from '../../parts/wait.ts';
import { equations } from './equations/index.ts';
import { theWhole } from './judgement.ts';
import { inSnapshot, readSides, type Sides } from './snapshot.ts';

/** Two figures that have to be equal once everything is quiet. */
export interface AuditedEquation {
  readonly name: string;
  /** Money with its currency, such as `59.98 USD`, or a count. */
  readonly left: string;
  readonly right: string;
  readonly holds: boolean;
  /** What differs, as `order o-1`; absent where it holds. */
  readonly subjects?: readonly string[];
}

/**
 * Holds the databases of the services, the provider's own record, the books and the mails against each other. It reads
 * the tables alone and trusts none of the code that wrote them. What is in flight does not hold yet.
 *
 * @param databaseUrl the database that all services share; the provider is the simulator
 */
export function auditBooks(databaseUrl: string): Promise<AuditedEquation[]> {
  return inSnapshot(databaseUrl, auditIn);
}

/** The same of what a transaction sees. */
export async function auditIn(transaction: Transaction<unknown>): Promise<AuditedEquation[]> {
  const audited: AuditedEquation[] = [];
  for (const [name, equation] of Object.entries(equations)) {
    const rows = await readSides(transaction, name, equation);
    audited.push(...rows.map((sides) => ({ name, ...figuresOf(sides), ...verdictOf(sides) })));
  }
  return audited;
}

/** Both sides, human-readable. */
export function figuresOf({ currency, left, right }: Sides): { readonly left: string; readonly right: string } {
  return {
    left: currency ? formatMoney(left, currency) : String(left),
    right: currency ? formatMoney(right, currency) : String(right),
  };
}

const verdictOf = ({ differing, subjects }: Sides) =>
  differing === 0 ? { holds: true } : { holds: false, subjects: subjects.map((subject) => subject ?? theWhole) };

/** Audits again and again until every equation holds or the time is over; returns the last audit. */
export async function auditWhenQuiet(databaseUrl: string, withinMilliseconds: number): Promise<AuditedEquation[]> {
  let audit: AuditedEquation[] = [];
  await waitUntil(
    async () => {
      audit = await auditBooks(databaseUrl);
      return audit.every(({ holds }) => holds);
    },
    { within: withinMilliseconds, every: 250 },
  );
  return audit;
}
