import { defineFailures } from './failure.ts';
import { expected, type RefusalDefinition } from './refusals.ts';

const conflict = { ...expected, httpStatus: 409, grpcCode: 'FAILED_PRECONDITION' } as const;

/** What can be refused about purchase orders, and the goods and bills that follow them. */
export const purchaseRefusals = defineFailures({
  VendorUnknown: {
    ...expected,
    title: 'The vendor is unknown',
    httpStatus: 404,
    grpcCode: 'NOT_FOUND',
    customer: 'We do not know this vendor.',
    operator: 'Check the id, or import the vendor with `import --vendors`.',
  },
  BudgetExceeded: {
    ...conflict,
    title: 'The budget does not suffice',
    customer: 'The budget does not suffice for this order.',
    operator: 'Raise the budget, close an order that is not needed any more, or order for less.',
  },
  OrderNotApproved: {
    ...conflict,
    title: 'The purchase order is not approved',
    customer: 'This order is not approved, so that nothing can be received or billed on it.',
    operator: 'Wait for its approvals; one that has ended, or was closed, takes a new order.',
  },
  DuplicateBill: {
    ...conflict,
    title: 'The vendor has a bill of this number already',
    customer: 'A bill of this number was entered already.',
    operator: 'Look at the bill that the message names; reject it first where this one takes its place.',
  },
  ReceiptTooLarge: {
    ...conflict,
    title: 'More was delivered than was ordered',
    customer: 'This is more than was ordered.',
    operator: 'Receive what was ordered, and send the rest back or order it.',
  },
} as const satisfies Record<string, RefusalDefinition>);
