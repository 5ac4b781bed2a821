import type { OrderAmounts } from '../../contracts/amounts.ts';
import type { CheckoutId, CustomerId, OrderId, PaymentId, ReservationId } from '../../contracts/identifiers.ts';
import type { Quote } from '../../services/catalog/contract.ts';
import type { Customer } from '../../services/customers/contract.ts';
import { Milestones } from '../milestones.ts';
import { Saga } from '../saga.ts';
import type { CheckoutRequest } from './contract.ts';
import { Progress } from './progress.ts';

/** What every step of one checkout works with. */
export interface OpenCheckout {
  readonly request: CheckoutRequest;
  /** The ids of everything that the checkout makes come from its own: each is an idempotency key. */
  readonly orderId: OrderId;
  readonly reservationId: ReservationId;
  readonly paymentId: PaymentId;
  readonly progress: Progress;
  readonly saga: Saga;
  readonly milestones: Milestones;
}

/** A checkout whose customer and prices are known. */
export interface PricedCheckout extends OpenCheckout {
  readonly customer: Customer;
  readonly quote: Quote;
}

export function openCheckout(request: CheckoutRequest): OpenCheckout {
  const { checkoutId } = request;
  return {
    request,
    orderId: checkoutId as string as OrderId,
    reservationId: checkoutId as string as ReservationId,
    paymentId: `${checkoutId}-1` as PaymentId,
    progress: new Progress(),
    saga: new Saga(),
    milestones: new Milestones(checkoutId),
  };
}

/** What every milestone of a checkout names. */
export function names({ request, orderId }: OpenCheckout): {
  checkoutId: CheckoutId;
  orderId: OrderId;
  customerId: CustomerId;
} {
  return { checkoutId: request.checkoutId, orderId, customerId: request.customerId };
}

/** Whom to write to, and about how much. */
export function recipient({ customer, quote }: PricedCheckout): {
  customer: { name: string; email: string };
  amounts: OrderAmounts;
} {
  return { customer: { name: customer.name, email: customer.email }, amounts: quote.amounts };
}

/** Pieces in the cart. */
export function itemCount({ quote }: PricedCheckout): number {
  return quote.lines.reduce((sum, line) => sum + line.quantity, 0);
}
