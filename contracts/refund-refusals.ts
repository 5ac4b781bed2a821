import { defineFailures } from './failure.ts';
import { expected, type RefusalDefinition } from './refusals.ts';

/** How giving money back can be refused. */
export const refundRefusals = defineFailures({
  PaymentDisputed: {
    ...expected,
    title: 'The payment is disputed at the bank',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'Your bank is looking into this payment, so we cannot refund it; the bank tells you how it ends.',
    operator: "Answer the dispute at the provider's dashboard; a dispute that was won can be refunded again.",
  },
  RefundCancelled: {
    ...expected,
    title: 'The refund was cancelled before its money was paid back',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'The refund was cancelled and nothing was paid back; please contact us.',
    operator: 'Nothing: the claim was given up; who cancelled the workflow, and why, is in its history.',
  },
  RefundNotApproved: {
    ...expected,
    title: 'The refund was not approved',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'Your refund was not approved and nothing was paid back; please contact us.',
    operator: 'Nothing: who has refused it, and why, is among the decisions of the refund.',
  },
  OrderNotCompleted: {
    ...expected,
    title: 'The order is not completed',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'Only an order that is completed can be refunded; please look at how yours stands.',
    operator: 'Wait until the checkout has completed the order, or cancel the checkout instead.',
  },
  LineNotBought: {
    ...expected,
    title: 'The line was not bought, or was given back before',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'Something that you want to give back is not in this order or was given back before.',
    operator: 'Compare the lines with the order and its earlier refunds.',
  },
  RefundTooLarge: {
    ...expected,
    title: 'More is to be given back than is left of what was captured',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'We cannot give back more than you have paid; your order shows what was given back before.',
    operator: 'Look at the earlier refunds of the order: what they left is all that can be given back.',
  },
} as const satisfies Record<string, RefusalDefinition>);
