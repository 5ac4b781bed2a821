import type { OrderAmounts } from '../../contracts/amounts.ts';
import { formatMoney } from '../../contracts/currency.ts';
import { oneLine } from '../../platform/documents/typed-text.ts';
import type { WrittenLetter } from './letter.ts';
import type { Seller } from './seller.ts';

const longestName = 100;

/** The name of whom a mail goes to, for its header. */
export const recipientName = ({ name }: WrittenLetter['recipient']): string => oneLine(name, longestName);

/** A whole letter: the salutation, and the paragraphs with an empty line between them. */
export function letterTo(recipient: WrittenLetter['recipient'], ...paragraphs: readonly string[]): string {
  const name = recipientName(recipient).replace(/[\s,;:]+$/, '');
  return `${[name ? `Hello ${name},` : 'Hello,', ...paragraphs].join('\n\n')}\n`;
}

/** Amounts below each other, without those that are nothing, but for the total. */
export function amountTable({ currency, goods, discount, shipping, tax, total }: OrderAmounts): string {
  const rows: [string, number][] = [
    ['Goods', goods],
    ['Discount', -discount],
    ['Shipping', shipping],
    ['Tax', tax],
  ];
  const shown: [string, number][] = [...rows.filter(([, amount]) => amount !== 0), ['Total', total]];
  return shown.map(([label, amount]) => `${label.padEnd(10)}${formatMoney(amount, currency).padStart(16)}`).join('\n');
}

/** `1 item`, `2 items`. */
export const items = (count: number): string => `${count} ${count === 1 ? 'item' : 'items'}`;

/** The account that a transfer goes to, and what it has to name. */
export function bankDetails({ name, iban, bic }: Seller, reference: string): string {
  const rows = [
    ['Account holder', name],
    ['IBAN', iban],
    ...(bic ? [['BIC', bic]] : []),
    ['Payment reference', reference],
  ];
  return rows.map(([label = '', value]) => `${label.padEnd(19)}${value}`).join('\n');
}

/** The end of a letter about an invoice: who issues it. */
export const signature = ({ name, address, taxId }: Seller): string => [name, ...address, `Tax ID ${taxId}`].join('\n');
