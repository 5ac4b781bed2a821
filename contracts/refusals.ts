import { defineFailures, type FailureDefinition } from './failure.ts';

export const expected = { kind: 'expected', retryable: false } as const;

/** A refusal that belongs to the business, as its declaration has it. */
export interface RefusalDefinition extends FailureDefinition {
  /**
   * What the customer reads: one sentence without jargon. It is read alone on a page, and in mails after
   * "Your order 7 was cancelled." and "We could not take the payment of 59.98 USD for your order 7."
   */
  readonly customer: string;
  /** A payment came to nothing for it: the customer has one mail, about the payment. For all else it is about the order. */
  readonly aboutPayment?: true;
  readonly operator: string;
}

/** What belongs to the business: refusals that raise no alert, and what only this shop has to fix. */
export const refusals = defineFailures({
  CustomerNotFound: {
    ...expected,
    title: 'The customer is unknown',
    httpStatus: 404,
    grpcCode: 'NOT_FOUND',
    customer: 'We do not know this account; please sign in again.',
    operator: 'Nothing, unless the customer should be known: then import the customer.',
  },
  CustomerBanned: {
    ...expected,
    title: 'The customer is banned',
    httpStatus: 403,
    grpcCode: 'PERMISSION_DENIED',
    customer: 'We cannot take orders for this account; please contact us.',
    operator: 'Nothing, unless the ban is a mistake: then lift it with `unban`.',
  },
  AccountErased: {
    ...expected,
    title: 'The account was erased',
    httpStatus: 410,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'This account was deleted; please open another one.',
    operator: 'Nothing: the person was erased; who comes back has another account.',
  },
  UnknownProduct: {
    ...expected,
    title: 'The product is unknown',
    httpStatus: 404,
    grpcCode: 'NOT_FOUND',
    customer: 'A product in your cart is not sold any more; please take it out and order again.',
    operator: 'Check that the product was imported into the catalog and its stock into the inventory.',
  },
  PriceChanged: {
    ...expected,
    title: 'The price has changed',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'The price has changed since you saw it; please look at the new total and order again.',
    operator: 'Nothing: the customer decides about the new total.',
  },
  OutOfStock: {
    ...expected,
    title: 'The stock does not suffice',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'We do not have enough pieces left of a product in your cart; please order fewer of it.',
    operator: 'Nothing, or order new stock.',
  },
  CardDeclined: {
    ...expected,
    aboutPayment: true,
    title: 'The card was declined',
    httpStatus: 402,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'Your bank declined the card and nothing was charged; please use another card or ask your bank.',
    operator: 'Nothing: only the customer and the bank can change it.',
  },
  InsufficientFunds: {
    ...expected,
    aboutPayment: true,
    title: 'The card has insufficient funds',
    httpStatus: 402,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'There is not enough money on the card and nothing was charged; please use another card.',
    operator: 'Nothing: only the customer and the bank can change it.',
  },
  AuthenticationFailed: {
    ...expected,
    aboutPayment: true,
    title: 'The bank could not confirm that the customer is who pays',
    httpStatus: 402,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'Your bank could not confirm that it was you and nothing was charged; please use another card.',
    operator: 'Nothing; many of them from one customer may be a stolen card.',
  },
  ChallengeExpired: {
    ...expected,
    aboutPayment: true,
    title: 'The customer did not confirm the payment in time',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'The payment was not confirmed in time and nothing was charged; please order again.',
    operator: 'Nothing: the hold on the card was given back.',
  },
  ReviewRefused: {
    ...expected,
    aboutPayment: true,
    title: 'The payment was refused after a review',
    httpStatus: 403,
    grpcCode: 'PERMISSION_DENIED',
    customer: 'We could not accept this payment and nothing was charged; please contact us.',
    operator: 'Nothing: who decided and why is in the history of the checkout.',
  },
  ReviewExpired: {
    ...expected,
    aboutPayment: true,
    title: 'The payment was not reviewed in time',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'We could not check this payment in time and nothing was charged; please order again.',
    operator: 'See to it that payments in review are decided within a day.',
  },
  AuthorizationExpired: {
    ...expected,
    aboutPayment: true,
    title: 'The authorization has expired',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'We were too late to take the payment and nothing was charged; please order again.',
    operator: 'Find out what kept the checkout from capturing for so long: the hold on a card lasts for days.',
  },
  PaymentCancelled: {
    ...expected,
    aboutPayment: true,
    title: 'The payment was cancelled at the provider',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'The payment was cancelled and nothing is charged; please order again or contact us.',
    operator: "Nothing: the provider's dashboard says who cancelled it.",
  },
  PaymentMethodUnknown: {
    ...expected,
    aboutPayment: true,
    title: 'The payment provider does not know the payment method',
    httpStatus: 402,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'We could not use this card and nothing was charged; please enter it again or use another card.',
    operator: 'Nothing; many of them are a storefront that sends the wrong ids, or those of another account.',
  },
  CancelledByCustomer: {
    ...expected,
    title: 'The customer cancelled the checkout',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'It was cancelled as we were asked to, and nothing is charged; please contact us if it was not you.',
    operator: 'Nothing: the checkout undid what it had done.',
  },
  CheckoutInterrupted: {
    ...expected,
    title: 'The checkout was ended before it was complete',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'We could not complete your order and nothing is charged; please order again.',
    operator: 'Nothing: what was held was given back; who ended the checkout, and why, is in its history.',
  },
  CapturedInPart: {
    kind: 'defect',
    retryable: false,
    title: 'Less was captured than was authorized',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'The payment of your order did not work out; we give back what was taken.',
    operator: 'Find out who captured a part of it at the provider; the order is not completed on a part.',
  },
} as const satisfies Record<string, RefusalDefinition>);
