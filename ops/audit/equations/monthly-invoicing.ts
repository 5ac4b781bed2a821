import type { Equations } from '../equation.ts';
import { none } from './sql.ts';

/** The newest run of each month of a community, where it has come to its end. */
const finished = `(
  select * from (
    select distinct on (community_id, period) * from billing.invoicing_runs order by community_id, period, opened_at desc
  ) as newest where state = 'completed'
) as finished`;

const again = 'Run the month again (`invoicing run`): it issues what is missing, and nothing twice.';

/**
 * What must hold of months that are invoiced: of the residents who are billable each has an invoice, but for those who failed and
 * those who owe nothing. Who was added after the run began is for the next one.
 */
export const monthlyInvoicingEquations: Equations = {
  'invoicing: runs under way = 0': {
    sides: none(`regexp_replace(owner, '/', ' ')`, `billing.invoicing_runs where state = 'open'`),
    carriers: ['workflows'],
    means: 'A run is open as long as its workflow is, and no longer.',
    remedy: 'Run the month again: that closes the run which was interrupted, and issues what is missing.',
  },
  'invoicing: billable residents whom the run of their month left out = 0': {
    sides: none(
      `'customer ' || customer_id`,
      `communities.residents join ${finished} using (community_id)
       where moved_in <= (period || '-01')::date and (moved_out is null or moved_out > (period || '-01')::date)
         and residents.updated_at < opened_at and not exists (
           select from billing.run_residents
           where run_residents.run_id = finished.run_id and run_residents.customer_id = residents.customer_id
         )`,
    ),
    means: 'A run decides about every resident who is billable.',
    remedy: again,
  },
  'invoicing: residents but failed and nothing to charge without an invoice, or others with one = 0': {
    sides: none(
      `'customer ' || customer_id`,
      `billing.run_residents join ${finished} using (run_id)
       left join billing.invoices using (community_id, period, customer_id)
       where (outcome in ('created', 'existing')) <> (invoices.invoice_id is not null)`,
    ),
    means: 'The invoices of a month are its billable residents less those who failed and those who owe nothing.',
    remedy: again,
  },
  'invoicing: invoices of a month that no run has issued, or more than one = 0': {
    sides: none(
      `'invoice ' || invoice_id`,
      `billing.invoices left join (
        select invoice_id, count(*) as runs from billing.run_residents where outcome = 'created' group by 1
      ) as issued using (invoice_id)
      where community_id is not null and coalesce(runs, 0) <> 1`,
    ),
    means: 'Every invoice of a month was issued by one run.',
    remedy: 'It was written by no operation of billing: credit it, and run the month again.',
  },
};
