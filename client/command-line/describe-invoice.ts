import { formatMoney } from '../../contracts/currency.ts';
import { table } from '../../platform/table.ts';
import type { Invoice } from '../../services/billing/contract.ts';
import { details } from './details.ts';

/** An invoice with its lines and the tax of each rate. */
export function describeInvoice({ amounts, lines, taxes, ...invoice }: Invoice): string {
  const money = (amount: number) => formatMoney(amount, amounts.currency);
  const facts = details([
    ['Invoice', invoice.invoiceId],
    ['Number', invoice.number],
    ['Customer', `${invoice.customerId} (${invoice.contact.name})`],
    ['State', invoice.state],
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

/** `800` is `8 %`. */
const percent = (basisPoints: number): string => `${basisPoints / 100} %`;
