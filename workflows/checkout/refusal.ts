import type { FailureType } from '../../contracts/catalogue.ts';
import { formatMoney } from '../../contracts/currency.ts';
import type { Quote } from '../../services/catalog/contract.ts';
import type { Customer } from '../../services/customers/contract.ts';
import type { Reason } from '../kit/contract.ts';
import type { CheckoutRequest } from './contract.ts';

/** Why this customer cannot have this cart at this price; `undefined` when nothing is in the way. A plain rule. */
export function refusalOf(
  request: Pick<CheckoutRequest, 'acceptedTotal'>,
  customer: Pick<Customer, 'customerId' | 'status'>,
  quote: Pick<Quote, 'amounts'>,
): (Reason & { readonly type: FailureType }) | undefined {
  if (customer.status === 'banned') {
    return { type: 'CustomerBanned', message: `the customer ${customer.customerId} is banned` };
  }
  if (customer.status === 'erased') {
    return { type: 'AccountErased', message: `the customer ${customer.customerId} was erased` };
  }
  const { total, currency } = quote.amounts;
  if (request.acceptedTotal !== undefined && request.acceptedTotal !== total) {
    return {
      type: 'PriceChanged',
      message: `the total is ${formatMoney(total, currency)} now, ${formatMoney(request.acceptedTotal, currency)} was accepted`,
      field: 'acceptedTotal',
      facts: { accepted: request.acceptedTotal, total, currency },
    };
  }
  return undefined;
}
