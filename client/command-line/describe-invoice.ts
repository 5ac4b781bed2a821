import { formatMoney } from '../../contracts/currency.ts';
import { table } from '../../platform/table.ts';
import type { Invoice, InvoicePayment } from '../../services/billing/contract.ts';
import { details } from './details.ts';

/** An invoice with its lines and the tax of each rate. */
export function describeInvoice({ amounts, lines, taxes, ...invoice }: Invoice): string {
  const money = (amount: number) => formatMoney(amount, amounts.currency);
  const facts = details([
    ['Invoice', invoice.invoiceId],
    ['Number', invoice.number],
    ['Customer', `${invoice.customerId} (${invoice.contact.name})`],
    ['State', invoice.held ? `${invoice.state}, on hold: its customer is banned` : invoice.state],
    ['Issued', `${invoice.issueDate} (${invoice.timeZone})`],
    ['Due', invoice.dueDate],
    ['Net', money(amounts.net)],
    ...taxes.map(({ rate, tax }) => [`Tax of ${percent(rate)}`, money(tax)] as const),
    ['Total', money(amounts.total)],
    ['Open', money(invoice.open)],
  ]);
  const rows = table(
    ['for', 'quantity', 'unit price', 'net', 'tax'],
    lines.map(({ description, quantity, unitPrice, taxRate }) => [
      description,
      quantity,
      money(unitPrice),
      money(quantity * unitPrice),
      percent(taxRate),
    ]),
  );
  return `${facts}\n\n${rows}`;
}

/** One line for each payment, with what it pays. */
export const describePayments = (payments: readonly InvoicePayment[]): string =>
  table(
    ['created', 'payment', 'by', 'state', 'customer', 'amount', 'pays', 'credit', 'text'],
    payments.map(
      ({
        createdAt,
        paymentId,
        method,
        state,
        customerId,
        amount,
        currency,
        allocations,
        credit,
        transfer,
        reason,
      }) => {
        const money = (minor: number) => (currency ? formatMoney(minor, currency) : '');
        return [
          createdAt,
          paymentId,
          method,
          state,
          customerId ?? '',
          amount === undefined ? '' : money(amount),
          allocations.map((paid) => `${paid.number} ${money(paid.amount)}`).join(', '),
          credit > 0 ? money(credit) : '',
          transfer?.remittance ?? reason?.type ?? '',
        ];
      },
    ),
  );

/** `800` is `8 %`. */
const percent = (basisPoints: number): string => `${basisPoints / 100} %`;
