import type { Cancellation } from '../../../services/orders/contract.ts';
import { failureAsItWas } from '../../kit/failure.ts';
import type { PricedCheckout } from '../open-checkout.ts';
import { recordPaymentFailed } from './authorize-payment.ts';
import { recordCancelled, recordPlaced } from './place-order.ts';
import { recordReleased, recordReserved } from './reserve-stock.ts';

/**
 * What the run that cancelled the order has recorded, once more: it may have ended before the broker had it. The facts, their
 * order and so their event ids are the same; who has them already drops them. An order of a release that kept nothing of it
 * tells nothing.
 */
export function tellAgain(checkout: PricedCheckout, cancellation: Cancellation | undefined): void {
  const { recorded } = cancellation ?? {};
  if (!cancellation || !recorded) return;
  const { failedPaymentId } = recorded;
  const facts: Readonly<Record<string, () => void>> = {
    OrderPlaced: () => recordPlaced(checkout),
    InventoryReserved: () => recordReserved(checkout),
    InventoryReleased: () => recordReleased(checkout),
    ...(failedPaymentId && {
      PaymentFailed: () => recordPaymentFailed(checkout, failedPaymentId, failureAsItWas(cancellation)),
    }),
  };
  for (const name of recorded.milestones) facts[name]?.();
  recordCancelled(checkout, cancellation);
}
