import { type Currency, parseMinorUnits } from '../../contracts/currency.ts';
import { largestAmount } from '../../contracts/money.ts';
import { wholeCharacters } from '../../contracts/whole-characters.ts';
import { countryCode } from './countries.ts';
import { currency, customerOf, customersOf, isCancellation, type Plan } from './plan.ts';
import type { FileLine } from './read.ts';

/** Of billing's contract. */
const longest = { lines: 1_000, description: 200, quantity: 1_000_000 };

/** Why a line of the file is neither invoiced nor credited. */
export const invoiceReasons = {
  'no-customer': 'the order has no customer',
  'invalid-customer': 'the customer is no id of letters, digits, dots, dashes and underscores',
  'unknown-country': 'the country is unknown; write its code (ISO 3166-1)',
  'no-quantity': 'the quantity is none that an invoice takes: 1 to 1,000,000, and below zero for a cancellation',
  'no-price': 'the price is not in whole pennies, or more than an invoice carries',
  'nothing-to-pay': 'all that the customer ordered in the month comes to nothing',
  'nothing-invoiced': 'the cancellation is of more than is left of what was invoiced to the customer in the month',
} as const;

type InvoiceReason = keyof typeof invoiceReasons;

export interface InvoicePlanLine {
  readonly description: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly taxRate: 0;
}

export interface PlannedInvoice {
  readonly invoiceId: string;
  readonly customerId: string;
  readonly currency: Currency;
  readonly lines: readonly InvoicePlanLine[];
}

export interface PlannedCreditNote {
  readonly creditNoteId: string;
  readonly invoiceId: string;
  /** Minor units. */
  readonly amount: number;
  readonly reason: string;
}

export interface InvoicePlan {
  readonly customers: Plan['customers'];
  readonly invoices: readonly PlannedInvoice[];
  readonly creditNotes: readonly PlannedCreditNote[];
  readonly refused: readonly { readonly line: number; readonly invoice: string; readonly reason: InvoiceReason }[];
}

interface PricedLine {
  readonly line: FileLine;
  /** Minor units. */
  readonly price: number;
  /** Below zero for a cancellation. */
  readonly amount: number;
}

/**
 * What a shop's order lines come to as invoices: one for each customer and month, with the lines as they were ordered, at
 * their own prices and without tax, which such a file does not know; a second one where a month has more than an invoice
 * takes. A cancellation is a credit note of an invoice of its month. Every line is in one of both or is refused for one reason.
 *
 * @param prefix begins every id: the same file gives the same ids
 */
export function planInvoices(lines: readonly FileLine[], prefix: string): InvoicePlan {
  const refused: { line: number; invoice: string; reason: InvoiceReason }[] = [];
  const refuse = (all: readonly PricedLine[], reason: InvoiceReason) =>
    refused.push(...all.map(({ line }) => ({ line: line.line, invoice: line.InvoiceNo, reason })));
  const priced: PricedLine[] = [];
  for (const line of lines) {
    const price = parseMinorUnits(line.UnitPrice, currency) ?? Number.NaN;
    const reason = refusalOf(line, price);
    if (reason) refuse([{ line, price: 0, amount: 0 }], reason);
    else priced.push({ line, price, amount: price * line.Quantity });
  }
  const [cancelled = [], ordered = []] = [true, false].map((is) =>
    priced.filter(({ line }) => isCancellation(line) === is),
  );
  const invoices: PlannedInvoice[] = [];
  /** What is left of each invoice, by customer and month. */
  const left = new Map<string, { invoiceId: string; amount: number }[]>();
  for (const [month, all] of Map.groupBy(ordered, monthOf)) {
    const parts = inParts(all).filter((part) => {
      const isPaid = sumOf(part) > 0;
      if (!isPaid) refuse(part, 'nothing-to-pay');
      return isPaid;
    });
    for (const [index, part] of parts.entries()) {
      const invoice = toInvoice(part, `${prefix}${month}${index === 0 ? '' : `-${index + 1}`}`);
      invoices.push(invoice);
      left.set(month, [...(left.get(month) ?? []), { invoiceId: invoice.invoiceId, amount: sumOf(part) }]);
    }
  }
  const creditNotes: PlannedCreditNote[] = [];
  for (const [number, all] of Map.groupBy(cancelled, ({ line }) => line.InvoiceNo)) {
    const amount = -sumOf(all);
    const [first] = all;
    const invoice = first && left.get(monthOf(first))?.find((each) => each.amount >= amount);
    if (!invoice || amount === 0) {
      refuse(all, 'nothing-invoiced');
      continue;
    }
    invoice.amount -= amount;
    const reason = `cancellation ${number}`;
    creditNotes.push({ creditNoteId: `${prefix}${number}`, invoiceId: invoice.invoiceId, amount, reason });
  }
  const known = new Set(invoices.map(({ customerId }) => customerId));
  return {
    customers: customersOf(lines).filter(({ customerId }) => known.has(customerId)),
    invoices,
    creditNotes,
    refused: refused.sort((one, other) => one.line - other.line),
  };
}

function refusalOf(line: FileLine, price: number): InvoiceReason | undefined {
  const { CustomerID, Country, Quantity } = line;
  const quantity = isCancellation(line) ? -Quantity : Quantity;
  if (CustomerID === '') return 'no-customer';
  if (!customerOf(line)) return 'invalid-customer';
  if (!countryCode(Country)) return 'unknown-country';
  if (quantity < 1 || quantity > longest.quantity) return 'no-quantity';
  // Not a number is not below it either.
  return price * quantity <= largestAmount ? undefined : 'no-price';
}

const monthOf = ({ line }: PricedLine): string => `${line.CustomerID}-${line.InvoiceDate.slice(0, 7)}`;

const sumOf = (lines: readonly PricedLine[]): number => lines.reduce((sum, { amount }) => sum + amount, 0);

/** As many as an invoice takes, of as much as one payment carries. */
function inParts(lines: readonly PricedLine[]): PricedLine[][] {
  const parts: PricedLine[][] = [[]];
  for (const line of lines) {
    const last = parts.at(-1) ?? [];
    if (last.length < longest.lines && sumOf(last) + line.amount <= largestAmount) last.push(line);
    else parts.push([line]);
  }
  return parts;
}

const toInvoice = (lines: readonly PricedLine[], invoiceId: string): PlannedInvoice => ({
  invoiceId,
  customerId: lines[0]?.line.CustomerID ?? '',
  currency,
  lines: lines.map(({ line: { InvoiceNo, StockCode, Description, Quantity }, price }) => ({
    description: wholeCharacters(`${InvoiceNo}: ${Description || StockCode} (${StockCode})`, longest.description),
    quantity: Quantity,
    unitPrice: price,
    taxRate: 0,
  })),
});
