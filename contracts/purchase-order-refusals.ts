import { defineFailures } from './failure.ts';
import { expected, type RefusalDefinition } from './refusals.ts';

const conflict = { ...expected, httpStatus: 409, grpcCode: 'FAILED_PRECONDITION' } as const;

/** How the process of a purchase order ends without an approval. */
export const purchaseOrderRefusals = defineFailures({
  OrderRejected: {
    ...conflict,
    title: 'A person who may approve the purchase order has rejected it',
    customer: 'This order was rejected.',
    operator: 'Read the note of the decision, and submit another order.',
  },
  OrderWithdrawn: {
    ...conflict,
    title: 'An author has withdrawn the purchase order',
    customer: 'You have withdrawn this order.',
    operator: 'Submit another order where it is needed after all.',
  },
  OrderExpired: {
    ...conflict,
    title: 'The purchase order was not approved in time',
    customer: 'This order was not approved in time.',
    operator: 'Ask those who hold the missing roles, and submit another order.',
  },
} as const satisfies Record<string, RefusalDefinition>);
