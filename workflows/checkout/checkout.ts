import { CancelledFailure } from '@temporalio/workflow';
import { completeMemo, completeSearchAttributes } from '../kit/complete-start.ts';
import { underItsOwnId } from '../kit/own-id.ts';
import { runProcess } from '../kit/run-process.ts';
import { searchAttributes } from '../search-attributes.ts';
import type { CheckoutRequest, CheckoutResult } from './contract.ts';
import { endingOf } from './ending.ts';
import { checkoutWorkflowId } from './messages.ts';
import { type AuthorizedCheckout, type OpenCheckout, openCheckout } from './open-checkout.ts';
import { authorizePayment } from './steps/authorize-payment.ts';
import { capturePayment } from './steps/capture-payment.ts';
import { recallPaid } from './steps/earlier-run.ts';
import { fulfilOrder } from './steps/fulfil-order.ts';
import { inherit } from './steps/inherit.ts';
import { lookUp } from './steps/look-up.ts';
import { placeOrder } from './steps/place-order.ts';
import { reserveStock } from './steps/reserve-stock.ts';

/**
 * One checkout: from the customer's request to a completed order, or back to where nothing is reserved, charged or
 * ordered. Capturing the payment is the pivot. Before it, everything is undone when a step fails or the customer cancels;
 * after it, everything is carried through.
 *
 * The services are its memory: a run that follows another one under the same id, after a reset or when Temporal has forgotten
 * the first, goes on where that one has ended.
 *
 * @returns how it ended, when it completed, was refused or was cancelled by the customer
 * @throws {ApplicationFailure} after everything was undone, when it failed for a reason that a person has to fix; its
 * details hold the `CheckoutResult`
 * @throws {CancelledFailure} after everything was undone, when the workflow itself was cancelled
 */
export async function checkout(request: CheckoutRequest): Promise<CheckoutResult> {
  return underItsOwnId(checkoutWorkflowId, 'checkoutId', request, run);
}

async function run(given: CheckoutRequest): Promise<CheckoutResult> {
  // What a bare Temporal client sends need not be there at all; the services say what is missing.
  const request = Object(given) as CheckoutRequest;
  const open = openCheckout(request);
  const { conversation } = open;
  completeStart(open);

  return runProcess({
    ending: endingOf(open),
    async prepare() {
      const authorized = await conversation.whileCancellable(() => prepare(open, request));
      if (conversation.isCancelled && !authorized.isPaid) throw new CancelledFailure('the checkout was cancelled');
      conversation.answer('accepted');
      return authorized;
    },
    pivot: capturePayment,
    carryThrough: fulfilOrder,
  });
}

/** Who started it may have left out what people and messages find it by: a ban, for one. */
function completeStart({ checkoutId, customerId }: OpenCheckout): void {
  const attributes = [
    { key: searchAttributes.checkoutStatus, value: 'running' },
    { key: searchAttributes.customerId, value: customerId },
    { key: searchAttributes.orderId, value: checkoutId },
  ];
  // What is no id is refused when the request is read.
  completeSearchAttributes(attributes.filter(({ value }) => typeof value === 'string' && value.length <= 64));
}

/** Everything that can still be undone, up to the authorization of the payment. */
async function prepare(open: OpenCheckout, request: CheckoutRequest): Promise<AuthorizedCheckout> {
  const priced = await lookUp(open, request);
  completeMemo({ contentHash: open.conversation.requestHash, currency: request.currency });
  const paid = await recallPaid(priced, priced.earlier);
  if (paid) return paid;
  if (priced.earlier) await inherit(priced);
  await placeOrder(priced);
  await reserveStock(priced);
  return await authorizePayment(priced);
}
