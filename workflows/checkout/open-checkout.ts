import { workflowInfo } from '@temporalio/workflow';
import type { OrderAmounts } from '../../contracts/amounts.ts';
import type { CheckoutId, CustomerId, OrderId, PaymentId, ReservationId } from '../../contracts/identifiers.ts';
import type { Quote } from '../../services/catalog/contract.ts';
import type { Order } from '../../services/orders/contract.ts';
import { CardPaymentConversation } from '../kit/card-payment/conversation.ts';
import { Milestones } from '../kit/milestones.ts';
import { Operator } from '../kit/operator.ts';
import { Progress } from '../kit/progress.ts';
import { Saga } from '../kit/saga.ts';
import { type OrderFacts, orderHeadline } from '../order-facts.ts';
import { searchAttributes } from '../search-attributes.ts';
import { type CheckoutCalls, openCalls } from './activities.ts';
import type { CheckoutRequest, CheckoutState } from './contract.ts';
import { Conversation } from './conversation.ts';

/** What every step of one checkout works with. */
export interface OpenCheckout {
  readonly checkoutId: CheckoutId;
  readonly customerId: CustomerId;
  /** The ids of everything that the checkout makes come from its own: each is an idempotency key. */
  readonly orderId: OrderId;
  readonly reservationId: ReservationId;
  /** Until when everything before the pivot is tried, and the customer may act: milliseconds since 1970. */
  readonly deadline: number;
  /** The payment that has come to nothing for good, once there is one. */
  readonly attempts: { failedPaymentId?: PaymentId };
  readonly calls: CheckoutCalls;
  readonly progress: Progress<CheckoutState, OrderFacts>;
  readonly operator: Operator;
  readonly saga: Saga;
  readonly milestones: Milestones;
  readonly conversation: Conversation;
  readonly paymentConversation: CardPaymentConversation;
}

/** Whom to write to: as they are called when the order is placed, and for this order from then on. */
export type Contact = NonNullable<Order['contact']>;

/** A checkout whose customer and prices are known: from a quote, or from the order that an earlier run has placed. */
export interface PricedCheckout extends OpenCheckout {
  readonly contact: Contact;
  readonly quote: Pick<Quote, 'lines' | 'amounts'>;
}

/** A checkout that its customer can pay for. */
export interface PayableCheckout extends PricedCheckout {
  readonly request: CheckoutRequest;
  /** The order that an earlier run has placed. */
  readonly earlier: Order | undefined;
}

/** A checkout whose money is held, or that costs nothing. */
export interface AuthorizedCheckout extends PricedCheckout {
  /** Absent when there is nothing to pay. */
  readonly paymentId?: PaymentId;
  /** An earlier run has captured the payment. */
  readonly isPaid?: boolean;
}

const hour = 60 * 60_000;

/** One payment for each card; its id is its idempotency key, and stays the same however often the card is tried. */
export const paymentIdOf = (checkoutId: CheckoutId, attempt: number) => `${checkoutId}-${attempt}` as PaymentId;

/** @param about names the checkout and its customer: its request, or the order that an earlier run has placed */
export function openCheckout({
  checkoutId,
  customerId,
}: Pick<CheckoutRequest, 'checkoutId' | 'customerId'>): OpenCheckout {
  const orderId = checkoutId as string as OrderId;
  const progress = new Progress<CheckoutState, OrderFacts>({
    state: 'running',
    stateAttribute: searchAttributes.checkoutStatus,
    headline: orderHeadline,
  });
  const operator = new Operator(progress);
  // A run that was reset, or started like an earlier one, has the time of its own.
  const deadline = workflowInfo().runStartTime.getTime() + hour;
  return {
    checkoutId,
    customerId,
    orderId,
    reservationId: checkoutId as string as ReservationId,
    deadline,
    attempts: {},
    calls: openCalls(deadline),
    progress,
    operator,
    saga: new Saga(operator, (undone) => progress.recordUndone(undone)),
    milestones: new Milestones(checkoutId, operator),
    conversation: new Conversation({ checkoutId, orderId }, progress),
    paymentConversation: new CardPaymentConversation(checkoutId, progress),
  };
}

/** The ids that every event of a checkout carries. */
export function eventIds({ checkoutId, orderId, customerId }: OpenCheckout): {
  checkoutId: CheckoutId;
  orderId: OrderId;
  customerId: CustomerId;
} {
  return { checkoutId, orderId, customerId };
}

/** Whom to write to, and about how much. */
export function recipient({ contact, quote }: PricedCheckout): { customer: Contact; amounts: OrderAmounts } {
  return { customer: contact, amounts: quote.amounts };
}

/** Pieces in the cart. */
export function itemCount({ quote }: PricedCheckout): number {
  return quote.lines.reduce((sum, line) => sum + line.quantity, 0);
}
