import { defineHttpContract, type HttpContract, type HttpOperation } from '../platform/http/contract.ts';

/** Any of them may be called too often. */
const limited = <Operation extends HttpOperation>(operation: Operation): Operation => ({
  ...operation,
  failures: [...operation.failures, 'RateLimited'],
});

/** The contract of some operations of the front door: a caller that needs one subject loads no other. */
export const doorContract = <const Operations extends HttpContract['operations']>(operations: Operations) =>
  defineHttpContract({
    name: 'api',
    version: '1.0.0',
    summary: 'The front door: what people and other programs do in the shop and look up there',
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [name, limited(operation)]),
    ) as unknown as Operations,
  });
