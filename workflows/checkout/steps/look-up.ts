import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { localFirst } from '../../local-first.ts';
import { findCustomer, local, quoteCart } from '../activities.ts';
import type { OpenCheckout, PricedCheckout } from '../open-checkout.ts';
import { refusalOf } from '../refusal.ts';

/** Looks the customer up and quotes the cart, side by side. Nothing to undo. */
export function lookUp(checkout: OpenCheckout): Promise<PricedCheckout> {
  const { request, progress } = checkout;
  return progress.step('look up the customer and quote the cart', async () => {
    const [customer, quote] = await Promise.all([
      localFirst(
        () => local.findCustomer(request.customerId),
        () => findCustomer(request.customerId),
      ),
      localFirst(
        () => local.quoteCart(request),
        () => quoteCart(request),
      ),
    ]);
    progress.amounts = quote.amounts;
    const refusal = refusalOf(request, customer, quote);
    if (refusal) {
      throw ApplicationFailure.create({
        type: refusal.type,
        message: refusal.message,
        nonRetryable: true,
        category: ApplicationFailureCategory.BENIGN,
        details: [{ field: refusal.field, facts: refusal.facts }],
      });
    }
    return { ...checkout, customer, quote };
  });
}
