import { workflowInfo } from '@temporalio/workflow';
import type { OrderAmounts } from '../../contracts/amounts.ts';
import type { CheckoutId, CustomerId, OrderId, PaymentId, ReservationId } from '../../contracts/identifiers.ts';
import type { Quote } from '../../services/catalog/contract.ts';
import type { Customer } from '../../services/customers/contract.ts';
import { Milestones } from '../process/milestones.ts';
import { Operator } from '../process/operator.ts';
import { Progress } from '../process/progress.ts';
import { Saga } from '../process/saga.ts';
import type { CheckoutRequest, CheckoutState } from './contract.ts';
import { Conversation } from './conversation.ts';

/** What every step of one checkout works with. */
export interface OpenCheckout {
  readonly request: CheckoutRequest;
  /** The ids of everything that the checkout makes come from its own: each is an idempotency key. */
  readonly orderId: OrderId;
  readonly reservationId: ReservationId;
  /** Until when everything before the pivot is tried, and the customer may act: milliseconds since 1970. */
  readonly deadline: number;
  readonly progress: Progress<CheckoutState>;
  readonly operator: Operator;
  readonly saga: Saga;
  readonly milestones: Milestones;
  readonly conversation: Conversation;
}

/** A checkout whose customer and prices are known. */
export interface PricedCheckout extends OpenCheckout {
  readonly customer: Customer;
  readonly quote: Quote;
}

/** A checkout whose money is held. */
export interface AuthorizedCheckout extends PricedCheckout {
  readonly paymentId: PaymentId;
}

const hour = 60 * 60_000;

export function openCheckout(request: CheckoutRequest): OpenCheckout {
  const { checkoutId } = request;
  const orderId = checkoutId as string as OrderId;
  const progress = new Progress<CheckoutState>('running');
  const operator = new Operator(progress);
  return {
    request,
    orderId,
    reservationId: checkoutId as string as ReservationId,
    deadline: workflowInfo().startTime.getTime() + hour,
    progress,
    operator,
    saga: new Saga(operator, (undone) => progress.recordUndone(undone)),
    milestones: new Milestones(checkoutId, operator),
    conversation: new Conversation({ checkoutId, orderId }, progress),
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
