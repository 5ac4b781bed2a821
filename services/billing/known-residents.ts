import { sql, type Transaction } from 'kysely';
import type { CustomerId, InvoicingRunId } from '../../contracts/identifiers.ts';
import type { OpenedRun } from './invoicing-shapes.ts';
import type { Invoice } from './shapes.ts';

/** What billing knows of a resident when their batch comes. */
export interface KnownResident {
  readonly customerId: CustomerId;
  /** What the run has decided about them before. */
  readonly outcome?: 'created' | 'existing' | 'nothing-to-charge' | 'failed';
  /** Whether the invoice that the run has issued is on hold. */
  readonly held: boolean;
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
  // Joined, the tables were read whole for each batch, since they grow while their statistics stay.
  const { rows } = await sql<KnownResident>`
    select resident.id as "customerId", (
        select outcome from run_residents where run_id = ${runId} and customer_id = resident.id
      ) as outcome, exists (
        select from run_residents where run_id = ${runId} and customer_id = resident.id and held
      ) as held, (
        select invoice_id from invoices
        where community_id = ${communityId} and period = ${period} and customer_id = resident.id
      ) as "invoiceId", (
        select json_build_object('name', name, 'email', email) from customers_copy
        where customer_id = resident.id and status <> 'erased'
      ) as contact
    from unnest(${customerIds}::text[]) as resident (id)
  `.execute(transaction);
  return new Map(rows.map((row) => [row.customerId, row]));
}
