import { balanceOf, byCurrency } from './sql.ts';

/** What disputes that are open, or were lost, have withdrawn, by currency. */
const disputed = (status: string) => `
  select upper(currency) as currency, sum(amount)::bigint as amount
  from payment_simulator.disputes where status = '${status}' group by 1`;

/** Movements of disputes of some kinds, less those of other kinds, by currency. */
const ofDisputes = (more: string, less: string) => `
  select upper(currency) as currency,
    sum(case when kind in (${more}) then amount when kind in (${less}) then -amount else 0 end)::bigint as amount
  from payment_simulator.movements where kind in (${more}, ${less}) group by 1`;

/** What must hold of disputes. */
export const disputeEquations = {
  'ledger: disputed funds = disputes that are open': byCurrency(balanceOf('1060'), disputed('needs_response')),
  'ledger: dispute losses = disputes that were lost': byCurrency(balanceOf('5310'), disputed('lost')),
  'ledger: dispute fees = fees of disputes': byCurrency(
    balanceOf('5300'),
    ofDisputes("'dispute_fee'", "'dispute_fee_returned'"),
  ),
};
