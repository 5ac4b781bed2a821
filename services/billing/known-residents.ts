import { sql, type Transaction } from 'kysely';
import type { CustomerId, InvoicingRunId } from '../../contracts/identifiers.ts';
import type { OpenedRun } from './invoicing-shapes.ts';
import type { Invoice } from './shapes.ts';

/** What billing knows of a resident when their batch comes. */
export interface KnownResident {
  readonly customerId: CustomerId;
  /** What the run has decided about them before. */
  readonly outcome?: 'created' | 'existing' | 'nothing-to-charge' | 'failed';
  /** Their invoice of the month: none is issued twice. */
  readonly invoiceId?: string;
  /** Whom to write to; absent when no account of that id is in the copy. */
  readonly contact?: Invoice['contact'];
}

/**
 * What is known of residents in a run, in one statement for all of them. Whom to write to is in billing's own copy of the
 * accounts, so no run waits for the customers service. The copy may lag by moments: an account that was opened just now is
 * not in it yet, its resident is a failed row of the run, and another run of the month issues the invoice.
 */
export async function knownResidents(
  transaction: Transaction<unknown>,
  { runId, communityId, period }: Pick<OpenedRun, 'communityId' | 'period'> & { readonly runId: InvoicingRunId },
  customerIds: readonly CustomerId[],
): Promise<Map<CustomerId, KnownResident>> {
  const { rows } = await sql<KnownResident>`
    select resident.id as "customerId", run_residents.outcome, invoices.invoice_id as "invoiceId",
      case when copy.customer_id is not null then json_build_object('name', copy.name, 'email', copy.email) end as contact
    from unnest(${customerIds}::text[]) as resident (id)
      left join run_residents on run_residents.run_id = ${runId} and run_residents.customer_id = resident.id
      left join invoices on invoices.community_id = ${communityId} and invoices.period = ${period}
        and invoices.customer_id = resident.id
      left join customers_copy as copy on copy.customer_id = resident.id
  `.execute(transaction);
  return new Map(rows.map((row) => [row.customerId, row]));
}
