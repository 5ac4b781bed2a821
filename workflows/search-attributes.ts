import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** What people filter the list of checkouts by. A write costs a billable action: only on a change that matters to them. */
export const searchAttributes = {
  /** A `CheckoutState`. */
  checkoutStatus: defineSearchAttributeKey('CheckoutStatus', SearchAttributeType.KEYWORD),
  customerId: defineSearchAttributeKey('CustomerId', SearchAttributeType.KEYWORD),
  orderId: defineSearchAttributeKey('OrderId', SearchAttributeType.KEYWORD),
  /** Minor units. */
  orderTotal: defineSearchAttributeKey('OrderTotal', SearchAttributeType.INT),
  /** Set while an operator has to look after the workflow. */
  needsOperator: defineSearchAttributeKey('NeedsOperator', SearchAttributeType.BOOL),
} as const;
