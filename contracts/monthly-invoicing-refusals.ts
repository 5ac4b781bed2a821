import { defineFailures } from './failure.ts';
import { expected, type RefusalDefinition } from './refusals.ts';

/** What can be refused about the invoices of a community's month. */
export const monthlyInvoicingRefusals = defineFailures({
  UnknownCommunity: {
    ...expected,
    title: 'The community is unknown',
    httpStatus: 404,
    grpcCode: 'NOT_FOUND',
    customer: 'We do not know this community; please look at its name again.',
    operator: 'Check the id, or import the community with `import --communities`.',
  },
} as const satisfies Record<string, RefusalDefinition>);
