import { defineHttpContract, type HttpClient, type HttpOperation } from '../platform/http/contract.ts';
import { accountOperations } from './accounts-contract.ts';
import { billingOperations } from './billing-contract.ts';
import { checkoutOperations } from './checkouts-contract.ts';
import { payrollOperations } from './payroll-contract.ts';
import { processOperations } from './processes-contract.ts';
import { recordOperations } from './records-contract.ts';
import { refundOperations } from './refunds-contract.ts';

const operations = {
  ...checkoutOperations,
  ...refundOperations,
  ...processOperations,
  ...accountOperations,
  ...billingOperations,
  ...payrollOperations,
  ...recordOperations,
} as const satisfies Record<string, HttpOperation>;

type Operations = typeof operations;

/** Any of them may be called too often. */
const limited = <Operation extends HttpOperation>(operation: Operation): Operation => ({
  ...operation,
  failures: [...operation.failures, 'RateLimited'],
});

/** The front door: what people and other programs do. */
export const apiContract = defineHttpContract({
  name: 'api',
  version: '1.0.0',
  summary: 'The front door: checkouts, refunds, invoices, salaries, decisions and books, for people and other programs',
  operations: Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [name, limited(operation)]),
  ) as Operations,
});

export type ApiClient = HttpClient<typeof apiContract>;
