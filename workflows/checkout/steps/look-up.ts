import { failure } from '../../process/failure.ts';
import { localFirst } from '../../process/local-first.ts';
import { findCustomer, local, quoteCart } from '../activities.ts';
import type { OpenCheckout, PricedCheckout } from '../open-checkout.ts';
import { refusalOf } from '../refusal.ts';

/** Looks the customer up and quotes the cart, side by side. Nothing to undo. */
export function lookUp(checkout: OpenCheckout): Promise<PricedCheckout> {
  const { request, deadline, progress } = checkout;
  return progress.step('look up the customer and quote the cart', async () => {
    const [customer, quote] = await Promise.all([
      localFirst(
        () => local.findCustomer(request.customerId),
        () => findCustomer(deadline, request.customerId),
      ),
      localFirst(
        () => local.quoteCart(request),
        () => quoteCart(deadline, request),
      ),
    ]);
    progress.amounts = quote.amounts;
    const refusal = refusalOf(request, customer, quote);
    if (refusal) throw failure(refusal.type, refusal.message, { field: refusal.field, facts: refusal.facts });
    return { ...checkout, customer, quote };
  });
}
