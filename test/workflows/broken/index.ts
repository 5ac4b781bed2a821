import type { CheckoutRequest } from '../../../workflows/checkout/contract.ts';
import { openCheckout } from '../../../workflows/checkout/open-checkout.ts';
import { lookUp } from '../../../workflows/checkout/steps/look-up.ts';
import { placeOrder } from '../../../workflows/checkout/steps/place-order.ts';
import { reserveStock } from '../../../workflows/checkout/steps/reserve-stock.ts';

/** A checkout that was changed without a thought for those that are running: the stock is reserved before the order. */
export async function checkout(request: CheckoutRequest): Promise<void> {
  const priced = await lookUp(openCheckout(request), request);
  await reserveStock(priced);
  await placeOrder(priced);
}
