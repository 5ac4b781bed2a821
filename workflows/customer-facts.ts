import { defineColumn } from './kit/listing.ts';
import { searchAttributes } from './search-attributes.ts';

/** Whom a process is about, in a row of a list. */
export interface ListedCustomer {
  /** Nothing until a process that Temporal's own client has started has told it. */
  readonly customerId: string | undefined;
}

/** The customer that a process is about, in a list. */
export const customerColumn = defineColumn<ListedCustomer>({
  title: 'customer',
  factsOf: ({ typedSearchAttributes }) => ({ customerId: typedSearchAttributes.get(searchAttributes.customerId) }),
  describe: ({ customerId }) => customerId ?? '',
});
