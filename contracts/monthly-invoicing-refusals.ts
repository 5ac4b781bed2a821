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
  PeriodNotBegun: {
    ...expected,
    title: 'The month has not begun',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'This month has not begun, so it is not invoiced yet.',
    operator: 'Wait for the first day of the month in the time zone of the community.',
  },
  RunInProgress: {
    ...expected,
    title: 'The month has a run already',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'This month is being worked on; please wait until that is done.',
    operator:
      'Follow the run that there is, with `invoicing status` or `payroll status`: another one can begin when it has ended, of salaries only when it was cancelled.',
  },
} as const satisfies Record<string, RefusalDefinition>);
