import { CancellationScope } from '@temporalio/workflow';
import type { Answer, LookedUp } from '../../../activities/together.ts';
import { failures } from '../../../contracts/catalogue.ts';
import { failure, failureAsItWas } from '../../kit/failure.ts';
import type { CheckoutCalls } from '../activities.ts';
import type { CheckoutRequest } from '../contract.ts';
import type { OpenCheckout, PayableCheckout } from '../open-checkout.ts';
import { refusalOf } from '../refusal.ts';
import { requireSameRequest } from './earlier-run.ts';
import { inheritCancelled } from './inherit.ts';

/**
 * Recalls what earlier runs have made of the checkout's id, looks the customer up and quotes the cart, side by side.
 * Nothing to undo. An order that is there already counts as it was placed, whatever customer and prices are by now.
 *
 * @throws {ApplicationFailure} the refusal of the customer or the cart; `IdempotencyConflict` when the id was used for
 * another request; the reason of an order that was cancelled, as it was
 */
export function lookUp(checkout: OpenCheckout, request: CheckoutRequest): Promise<PayableCheckout> {
  const { calls, progress, conversation } = checkout;
  return progress.step('look up the customer and quote the cart', async () => {
    const first = await lookUpTogether(calls, request);
    const [recalled, found, quoted] = await Promise.allSettled([
      // Who cancels meanwhile must hear how the checkout stands, not how this run would have ended.
      answerOf(first.recallCheckout, () => CancellationScope.nonCancellable(() => calls.recallCheckout(request))),
      answerOf(first.findCustomer, () => calls.findCustomer(request.customerId)),
      answerOf(first.quoteCart, () => calls.quoteCart(request)),
    ]);
    const { requestHash, known } = settledValue(recalled);
    const { order } = known;
    conversation.identify(requestHash);
    progress.facts.amounts = order?.amounts;
    requireSameRequest(request, requestHash, known);
    const wasCancelled = known.state === 'cancelled';
    if (order) {
      const contact = order.contact ?? contactOf(settledValue(found));
      const again = { ...checkout, request, contact, quote: order, earlier: order };
      if (!wasCancelled) return again;
      await inheritCancelled(again, known.cancellation);
    }
    if (wasCancelled) throw failureAsItWas(known.cancellation);
    const customer = settledValue(found);
    const quote = settledValue(quoted);
    progress.facts.amounts = quote.amounts;
    const refusal = refusalOf(request, customer, quote);
    if (refusal) throw failure(failures[refusal.type], refusal.message, { field: refusal.field, facts: refusal.facts });
    return { ...checkout, request, contact: contactOf(customer), quote, earlier: undefined };
  });
}

/** What the services answer when all of them are asked in one activity; without what a cancellation makes needless. */
async function lookUpTogether(calls: CheckoutCalls, request: CheckoutRequest): Promise<LookedUp> {
  const all = await CancellationScope.nonCancellable(() => calls.lookUpCheckout(request)).catch((): LookedUp => ({}));
  if (!CancellationScope.current().consideredCancelled) return all;
  return all.recallCheckout ? { recallCheckout: all.recallCheckout } : {};
}

/** A call that has no final answer yet is made again by itself. */
function answerOf<Value>(answer: Answer<Value> | undefined, ask: () => Promise<Value>): Value | Promise<Value> {
  if (!answer) return ask();
  if ('refusal' in answer) return Promise.reject(failureAsItWas(answer.refusal));
  return answer.value;
}

const contactOf = ({ name, email }: { readonly name: string; readonly email: string }) => ({ name, email });

function settledValue<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
