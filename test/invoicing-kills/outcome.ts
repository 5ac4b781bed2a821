import { sql } from 'kysely';
import { waitUntil } from '../../parts/wait.ts';
import { expectedOf } from './community.ts';
import type { Stage } from './stage.ts';

/** What is in billing's tables and in the books, in minor units. */
export interface Outcome {
  readonly invoices: number;
  readonly firstNumber: number;
  readonly lastNumber: number;
  /** Invoices of customers who are banned. */
  readonly onHold: number;
  /** Debits less credits. */
  readonly receivable: number;
  /** Credits less debits. */
  readonly revenue: number;
  readonly tax: number;
}

const postedWithin = 300_000;

/** What invoices of so many residents have to come to. */
export function outcomeOf(residents: number): Outcome {
  const { invoices, banned, receivable, net } = expectedOf(residents);
  return {
    ...{ invoices, firstNumber: 1, lastNumber: invoices, onHold: banned },
    ...{ receivable, revenue: net, tax: receivable - net },
  };
}

/** Waits until the books have every invoice, or five minutes have passed, and reads what has come of the run. */
export async function readOutcome({ database }: Stage): Promise<Outcome> {
  const isPosted = async () => {
    const { rows } = await sql<{ isPosted: boolean }>`
      select (select count(*) from ledger.journals) >= (select count(*) from billing.invoices) as "isPosted"
    `.execute(database);
    return rows[0]?.isPosted === true;
  };
  await waitUntil(isPosted, { within: postedWithin, every: 250 });
  const { rows } = await sql<Outcome>`
    select count(*) as invoices, min(number) as "firstNumber", max(number) as "lastNumber",
      count(*) filter (where status = 'banned') as "onHold",
      ${balanceOf('1200')} as receivable, -${balanceOf('4000')} as revenue, -${balanceOf('2200')} as tax
    from billing.invoices left join billing.customers_copy using (customer_id)
  `.execute(database);
  if (!rows[0]) throw new Error('a count is one row');
  return rows[0];
}

const balanceOf = (account: string) => sql`(
  select coalesce(sum(coalesce(debit, 0) - coalesce(credit, 0)), 0)::bigint from ledger.entries where account = ${account}
)`;
