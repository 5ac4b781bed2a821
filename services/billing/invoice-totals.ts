import { type Currency, formatMoney } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { largestAmount } from '../../contracts/money.ts';

/** A line of an invoice: pieces at a price in minor units, net of tax, and the rate of tax in basis points. */
export interface TaxedLine {
  readonly quantity: number;
  readonly unitPrice: number;
  readonly taxRate: number;
}

/** What all lines of one rate come to, in minor units. */
export interface TaxOfRate {
  readonly rate: number;
  readonly net: number;
  readonly tax: number;
}

export interface InvoiceTotals {
  /** One for each rate that occurs, the lowest first. */
  readonly taxes: readonly TaxOfRate[];
  readonly net: number;
  readonly tax: number;
  readonly total: number;
}

/**
 * Adds an invoice up. Tax is rounded half up once for each rate, not line by line: three lines of 0.07 at 8 % are 0.02 of
 * tax.
 *
 * @throws {ServiceFailure} `InvalidRequest` naming `lines`, when they ask for nothing, or for more than one payment can carry
 */
export function totalsOf(lines: readonly TaxedLine[], currency: Currency): InvoiceTotals {
  const nets = new Map<number, bigint>();
  for (const { quantity, unitPrice, taxRate } of lines) {
    nets.set(taxRate, (nets.get(taxRate) ?? 0n) + BigInt(quantity) * BigInt(unitPrice));
  }
  const taxes = [...nets]
    .map(([rate, net]) => ({ rate, net, tax: (2n * net * BigInt(rate) + 10_000n) / 20_000n }))
    .sort((one, other) => one.rate - other.rate);
  const net = taxes.reduce((sum, each) => sum + each.net, 0n);
  const tax = taxes.reduce((sum, each) => sum + each.tax, 0n);
  const total = net + tax;
  if (total === 0n) throw refusal('an invoice asks for something: its lines come to nothing');
  if (total > BigInt(largestAmount)) {
    throw refusal(
      `the lines come to ${formatMoney(total, currency)}; an invoice is at most ${formatMoney(largestAmount, currency)}, what one payment can carry`,
    );
  }
  return {
    taxes: taxes.map((each) => ({ rate: each.rate, net: Number(each.net), tax: Number(each.tax) })),
    net: Number(net),
    tax: Number(tax),
    total: Number(total),
  };
}

const refusal = (message: string) => new ServiceFailure('InvalidRequest', `lines: ${message}`, { field: 'lines' });
