import { ApplicationFailure } from '@temporalio/common';
import type { FailureDetail } from '../contracts/failures.ts';
import type { CustomerId, OrderId, PaymentId, ReservationId } from '../contracts/identifiers.ts';
import type { Purchase } from '../services/customers/contract.ts';
import type { CheckoutRequest } from '../workflows/checkout/contract.ts';
import type { Reason } from '../workflows/kit/contract.ts';
import type { createCatalogActivities } from './catalog.ts';
import type { createCustomerActivities } from './customers.ts';
import type { createInventoryActivities } from './inventory.ts';
import type { createOrderActivities } from './orders.ts';

/** The activities that make one call each. */
type Single = ReturnType<typeof createCatalogActivities> &
  ReturnType<typeof createCustomerActivities> &
  ReturnType<typeof createInventoryActivities> &
  ReturnType<typeof createOrderActivities>;

/** The final answer to a call. */
export type Answer<Value> = { readonly value: Value } | { readonly refusal: Reason };

/** What calls have answered, by the activity that makes each of them alone; a call that failed in a transient way is left out. */
type Answers<Name extends keyof Single> = { readonly [Key in Name]?: Answer<Awaited<ReturnType<Single[Key]>>> };

/** What is known of a checkout before it does anything. */
export type LookedUp = Answers<'recallCheckout' | 'findCustomer' | 'quoteCart'>;

/** What is to be done of an order that is paid for. */
interface Fulfilment {
  readonly orderId: OrderId;
  readonly reservationId: ReservationId;
  /** What was captured; null for an order of nothing. */
  readonly paymentId: PaymentId | null;
  readonly customerId: CustomerId;
  readonly purchase: Purchase;
}

/**
 * Activities that make the calls of others side by side: one event instead of several. They do not fail when a service does: a
 * call that has failed is left out, and its own activity makes it again, with retries and a failure of its own.
 */
export function createJointActivities(single: Single) {
  return {
    async lookUpCheckout(request: CheckoutRequest): Promise<LookedUp> {
      const [recallCheckout, findCustomer, quoteCart] = await Promise.all([
        answerOf(single.recallCheckout(request)),
        answerOf(single.findCustomer(request.customerId)),
        answerOf(single.quoteCart(request)),
      ]);
      return {
        ...(recallCheckout && { recallCheckout }),
        ...(findCustomer && { findCustomer }),
        ...(quoteCart && { quoteCart }),
      };
    },
    /** @returns what was done, by the activity that does it alone */
    async fulfilCheckout(paid: Fulfilment): Promise<readonly (keyof Single)[]> {
      const calls = {
        commitStock: single.commitStock(paid.reservationId),
        completeOrder: single.completeOrder(paid.orderId, paid.paymentId),
        addPurchase: single.addPurchase(paid.customerId, paid.purchase),
      };
      const settled = await Promise.allSettled(Object.values(calls));
      const names = Object.keys(calls) as (keyof typeof calls)[];
      return names.filter((_, index) => settled[index]?.status === 'fulfilled');
    },
  };
}

async function answerOf<Value>(call: Promise<Value>): Promise<Answer<Value> | undefined> {
  try {
    return { value: await call };
  } catch (error) {
    if (!(error instanceof ApplicationFailure && error.nonRetryable && error.type)) return undefined;
    const { field, facts } = (error.details?.[0] ?? {}) as FailureDetail;
    return { refusal: { type: error.type, message: error.message, field, facts } };
  }
}
