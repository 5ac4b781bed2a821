import { type Currency, formatMoney } from '../../contracts/currency.ts';
import { defineColumn } from '../kit/listing.ts';
import { searchAttributes } from '../search-attributes.ts';

interface ListedCustomer {
  /** Nothing until a checkout that Temporal's own client has started has told it. */
  readonly customerId: string | undefined;
}

interface ListedTotal {
  /** Minor units of the currency. */
  readonly total: number | undefined;
  readonly currency: Currency | undefined;
}

/** What a row of a list says of a checkout, beside what it says of any process. */
export type ListedCheckout = ListedCustomer & ListedTotal;

export const customerColumn = defineColumn<ListedCustomer>({
  title: 'customer',
  factsOf: ({ typedSearchAttributes }) => ({ customerId: typedSearchAttributes.get(searchAttributes.customerId) }),
  describe: ({ customerId }) => customerId ?? '',
});

export const totalColumn = defineColumn<ListedTotal>({
  title: 'total',
  factsOf: ({ typedSearchAttributes, memo }) => ({
    total: typedSearchAttributes.get(searchAttributes.orderTotal),
    currency: memo?.['currency'] as Currency | undefined,
  }),
  describe: ({ total, currency }) => (total !== undefined && currency ? formatMoney(total, currency) : ''),
});
