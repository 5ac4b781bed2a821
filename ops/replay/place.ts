import type { CheckoutClient } from '../../client/checkout-client.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PlannedOrder } from './plan.ts';

/** How the checkout of one order ended. */
export interface Placement {
  readonly order: PlannedOrder;
  readonly outcome: 'completed' | 'refused' | 'cancelled' | 'failed';
  /** Why it did not complete: a type of the failure catalogue, with a message for people. */
  readonly reason?: { readonly type: string; readonly message: string } | undefined;
}

export interface PlaceOptions {
  readonly checkouts: Pick<CheckoutClient, 'startCheckout' | 'waitForResult'>;
  /** How many checkouts are under way at a time. */
  readonly concurrency: number;
  readonly onPlaced: (placement: Placement) => void;
  /** Ends the placing at once when it is aborted. */
  readonly signal: AbortSignal;
}

/**
 * Places every order as a checkout and waits for its end. An order that was placed before is found, not placed again.
 *
 * @returns one placement for each order, in the same order
 * @throws whatever makes it impossible to go on; what was placed until then stays, and the same call again finds it
 */
export async function placeOrders(orders: readonly PlannedOrder[], options: PlaceOptions): Promise<Placement[]> {
  const placements: Placement[] = [];
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => undefined);
  signal.addEventListener('abort', () => aborted.reject(signal.reason));
  const queue = orders.entries();
  const placeNext = async () => {
    for (const [index, order] of queue) {
      signal.throwIfAborted();
      const placement = await Promise.race([place(order, options.checkouts), aborted.promise]);
      placements[index] = placement;
      options.onPlaced(placement);
    }
  };
  const placing = Array.from({ length: options.concurrency }, () => placeNext().catch((error) => stop.abort(error)));
  await Promise.all(placing);
  signal.throwIfAborted();
  return placements;
}

async function place(order: PlannedOrder, checkouts: PlaceOptions['checkouts']): Promise<Placement> {
  try {
    await checkouts.startCheckout(order.request);
    const { outcome, reason } = await checkouts.waitForResult(order.request.checkoutId);
    return { order, outcome, reason };
  } catch (error) {
    // Another checkout has this id, or the request is not one: no other try will place this order.
    if (error instanceof ServiceFailure && !error.failure.retryable) {
      return { order, outcome: 'failed', reason: error };
    }
    throw error;
  }
}
