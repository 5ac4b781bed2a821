import { log } from '@temporalio/workflow';
import type { InvoicePayment } from '../../services/billing/contract.ts';
import type { OpenPayment } from './open-payment.ts';

/** After the pivot, until it is done: the claim becomes what was paid. */
export function apply({ request, calls, progress, operator }: OpenPayment): Promise<InvoicePayment> {
  return progress.step('apply the payment to the invoice', () =>
    operator.untilDone('apply the payment to the invoice', () => calls.applyPayment(request.paymentId)),
  );
}

/**
 * Who asks for the customer's balance once the payment has completed finds it changed, also while the broker is away. That
 * it fails is only noted: the event of the payment changes the balance under the same key.
 */
export async function changeBalance({ calls, progress }: OpenPayment, applied: InvoicePayment): Promise<void> {
  const { paymentId, customerId, currency, amount } = applied;
  if (!customerId || !currency || !amount) return;
  const change = { customerId, key: `payment/${paymentId}`, currency, amount: -amount };
  try {
    await progress.step("change the customer's balance", () => calls.changeBalance(change));
  } catch (error) {
    log.warn("the customer's balance could not be changed; the event of the payment does it", {
      message: error instanceof Error ? error.message : String(error),
    });
  }
}
