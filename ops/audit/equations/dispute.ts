import type { Equations } from '../equation.ts';
import { balanceOf, money, moved, movements } from './sql.ts';

/** What disputes that are open, or were lost, have withdrawn. */
const disputed = (status: string) => `
  select subject, movements.currency, sum(movements.amount) as amount
  from ${movements} join payment_simulator.disputes on disputes.id = dispute_id
  where kind = 'disputed' and status = '${status}' group by 1, 2`;

const remedy = '`npm run cli -- reconcile` takes up the dispute, as it does by itself every night.';
const inFlight = ['workflows', 'ledger'] as const;

/** What must hold of disputes. */
export const disputeEquations: Equations = {
  'ledger: disputed funds = disputes that are open': {
    sides: money(balanceOf('1060'), disputed('needs_response')),
    carriers: inFlight,
    reads: 'payment simulator',
    means: 'What banks have taken back until they decide is in the books.',
    remedy,
  },
  'ledger: dispute losses = disputes that were lost': {
    sides: money(balanceOf('5310'), disputed('lost')),
    carriers: inFlight,
    reads: 'payment simulator',
    means: 'What was lost to banks is in the books.',
    remedy,
  },
  'ledger: dispute fees = fees of disputes': {
    sides: money(balanceOf('5300'), moved(['dispute_fee'], ['dispute_fee_returned'])),
    carriers: inFlight,
    reads: 'payment simulator',
    means: 'What the provider charges for disputes is in the books.',
    remedy,
  },
};
