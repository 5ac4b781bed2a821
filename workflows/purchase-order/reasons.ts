import { purchaseOrderRefusals } from '../../contracts/purchase-order-refusals.ts';
import type { Order } from '../../services/purchasing/contract.ts';
import type { endedOutcomes } from '../../services/purchasing/order-shapes.ts';
import type { Reason } from '../kit/contract.ts';
import { outcomeOf } from '../kit/outcome.ts';

/** How purchasing names the end of an order that was not approved. */
export type EndedOutcome = (typeof endedOutcomes)[number];

/** Why a purchase order ended that was withdrawn, or whose workflow was cancelled. */
export const purchaseOrderWithdrawn: Reason = {
  type: purchaseOrderRefusals.OrderWithdrawn.type,
  message: 'it was withdrawn before it was approved',
};

const { OrderRejected, OrderWithdrawn, OrderExpired } = purchaseOrderRefusals;
const ofItsOwn: Readonly<Record<string, EndedOutcome>> = {
  [OrderRejected.type]: 'rejected',
  [OrderWithdrawn.type]: 'withdrawn',
  [OrderExpired.type]: 'expired',
};

/** What an order that ends for a reason is called in purchasing. */
export const endedOutcomeOf = (reason: Reason): EndedOutcome =>
  ofItsOwn[reason.type] ?? (outcomeOf(reason, purchaseOrderWithdrawn) === 'failed' ? 'failed' : 'refused');

/** Why an order ended, as far as purchasing remembers it: of what a service has refused, the words. */
export function reasonOfEnded({
  state,
  reason: message = `the order is ${state}`,
}: Pick<Order, 'state' | 'reason'>): Reason {
  const known = Object.entries(ofItsOwn).find(([, outcome]) => outcome === state);
  return { type: known?.[0] ?? (state === 'refused' ? 'InvalidRequest' : 'InvalidState'), message };
}
