import { type Currency, formatMoney } from '../../contracts/currency.ts';
import type { ListedCustomer } from '../customer-facts.ts';
import { defineColumn } from '../kit/listing.ts';
import { searchAttributes } from '../search-attributes.ts';

interface ListedTotal {
  /** Minor units of the currency. */
  readonly total: number | undefined;
  readonly currency: Currency | undefined;
}

/** What a row of a list says of a checkout, beside what it says of any process. */
export type ListedCheckout = ListedCustomer & ListedTotal;

export const totalColumn = defineColumn<ListedTotal>({
  title: 'total',
  factsOf: ({ typedSearchAttributes, memo }) => ({
    total: typedSearchAttributes.get(searchAttributes.orderTotal),
    currency: memo?.['currency'] as Currency | undefined,
  }),
  describe: ({ total, currency }) => (total !== undefined && currency ? formatMoney(total, currency) : ''),
});
