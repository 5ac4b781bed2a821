import { formatMoney } from '../../contracts/currency.ts';
import type { EventData } from '../../events/contracts/index.ts';

type Invoiced = Pick<EventData<'SendInvoiceEmail'>, 'amounts' | 'open'>;

/**
 * What is to be paid of an invoice when its mail is written: all of it, or what the customer's credit and earlier payments have
 * left.
 */
export const openOf = ({ amounts, open }: Invoiced): number => open ?? amounts.total;

/**
 * Asks for what is to be paid of an invoice, if there is anything.
 *
 * @param by the last day, as the reader writes it
 */
export function paymentRequest(invoice: Invoiced, by: string): string {
  const { currency, total } = invoice.amounts;
  const open = openOf(invoice);
  if (open === 0) return 'It is settled already: you have nothing to pay.';
  const request = (what: string) => `Please pay ${what} by ${by}. With a transfer, give the payment reference.`;
  if (open === total) return request(formatMoney(open, currency));
  return `${formatMoney(total - open, currency)} are settled already. ${request(`the other ${formatMoney(open, currency)}`)}`;
}
