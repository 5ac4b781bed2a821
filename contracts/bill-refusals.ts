import { defineFailures } from './failure.ts';
import { expected, type RefusalDefinition } from './refusals.ts';

/** How the process of a bill ends without its acceptance. */
export const billRefusals = defineFailures({
  BillRejected: {
    ...{ ...expected, httpStatus: 409, grpcCode: 'FAILED_PRECONDITION' },
    title: 'A person has rejected the bill',
    customer: 'This bill was rejected.',
    operator: 'Read the note of the decision; the number of the bill can be entered again, under another id.',
  },
} as const satisfies Record<string, RefusalDefinition>);
