import type { CheckoutClient } from '../client/checkout-client.ts';
import { ServiceFailure } from '../contracts/failures.ts';
import type { CheckoutId } from '../contracts/identifiers.ts';
import type { OrdersClient } from '../services/orders/contract.ts';
import type { CheckoutAnswer, CheckoutResult, CheckoutStatus } from '../workflows/checkout/contract.ts';
import { type ApiHandlers, actingCustomer, type Caller } from './caller.ts';
import type { checkoutOperations } from './checkouts-contract.ts';
import { following, unlessForgotten, type Within } from './following.ts';

/** Everyone who does something about checkouts does it here, and to those only that are theirs. */
export function checkoutHandlers(
  checkouts: CheckoutClient,
  orders: Pick<OrdersClient, 'recallOrder'>,
  within: Within,
): ApiHandlers<typeof checkoutOperations> {
  const { read, watch, result, requireSeen } = following<CheckoutId, CheckoutStatus, CheckoutResult>(checkouts);

  /** Whose it is: what Temporal has forgotten, or was never told, the orders know. */
  const customerOf = async (checkoutId: CheckoutId, { call }: Caller): Promise<string | undefined> => {
    const known = await checkouts.customerOf(checkoutId).catch((error: unknown) => {
      if (error instanceof ServiceFailure && error.type === 'NotFound') return undefined;
      throw error;
    });
    return known ?? (await orders.recallOrder({ orderId: checkoutId }, call)).order?.customerId;
  };
  /** @throws {ServiceFailure} `NotFound` for one of another customer, as for one that there is not */
  const requireOwn = async (checkoutId: CheckoutId, caller: Caller): Promise<void> => {
    if (caller.customerId === undefined) return;
    if ((await customerOf(checkoutId, caller)) !== caller.customerId) throw unknown(checkoutId);
  };

  return {
    placeCheckout: ({ customerId, ...cart }, caller) =>
      within(caller, async () => {
        const request = { ...cart, customerId: actingCustomer(caller, customerId) };
        const answer = await checkouts.startCheckout(request);
        // The early return is kept for all repetitions, also after Temporal has ended what was accepted.
        if (answer.answer === 'accepted') await checkouts.requireNotCutOff(cart.checkoutId).catch(unlessForgotten);
        return withoutHash(answer);
      }),
    listCheckouts: ({ customerId, state, limit, after }, caller) =>
      within(caller, async () => {
        const whose = caller.customerId ?? customerId;
        if (customerId !== undefined && whose !== customerId) return { checkouts: [] };
        const { rows, next } = await checkouts.page({
          ...{ limit, after },
          ...(whose && { customerId: whose }),
          ...(state && { state: state as CheckoutStatus['state'] }),
        });
        return { checkouts: rows, next };
      }),
    readCheckout: ({ checkoutId }, caller) =>
      within(caller, async () => {
        await requireOwn(checkoutId, caller);
        return read(checkoutId);
      }),
    watchCheckout: async ({ checkoutId }, caller) => {
      const first = await within(caller, async () => {
        await requireOwn(checkoutId, caller);
        return read(checkoutId);
      });
      return watch(checkoutId, first, caller);
    },
    readCheckoutResult: ({ checkoutId }, caller) =>
      within(caller, async () => {
        await requireOwn(checkoutId, caller);
        return result(checkoutId);
      }),
    cancelCheckout: ({ checkoutId, version }, caller) =>
      within(caller, async () => {
        await requireOwn(checkoutId, caller);
        await requireSeen(checkoutId, version);
        return checkouts.cancel(checkoutId);
      }),
    changePaymentMethod: ({ checkoutId, version, ...change }, caller) =>
      within(caller, async () => {
        await requireOwn(checkoutId, caller);
        await requireSeen(checkoutId, version);
        return withoutHash(await checkouts.changePaymentMethod(checkoutId, change));
      }),
    reviewCheckout: ({ checkoutId, version, decision, note }, caller) =>
      within(caller, async () => {
        await requireSeen(checkoutId, version);
        return checkouts.decideReview(checkoutId, { decision, note, ...caller.actor });
      }),
  };
}

const unknown = (checkoutId: string) =>
  new ServiceFailure('NotFound', `there is no checkout ${checkoutId}`, { field: 'checkoutId' });

const withoutHash = ({ contentHash: _, ...answer }: CheckoutAnswer) => answer;
