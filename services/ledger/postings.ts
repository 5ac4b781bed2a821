import type { Currency } from '../../contracts/currency.ts';
import type { IntegrationEvent } from '../../events/envelope.ts';

/** The chart of accounts, as the migrations have it. */
export const accounts = {
  cash: '1000',
  providerClearing: '1050',
  receivable: '1200',
  payable: '2100',
  taxPayable: '2200',
  customerCredit: '2300',
  netPay: '2400',
  withholding: '2410',
  revenue: '4000',
  shippingRevenue: '4100',
  returns: '4900',
  expense: '5100',
  grossSalaries: '5200',
  encumbrance: '9100',
  encumbranceReserve: '9200',
} as const;

export type Account = (typeof accounts)[keyof typeof accounts];

/** One line of a journal: an amount above zero, in minor units, on one side. */
export interface JournalLine {
  readonly account: Account;
  readonly currency: Currency;
  readonly side: 'debit' | 'credit';
  readonly amount: number;
}

/** What one event posts. An event has at most one journal of a kind. */
export interface JournalDraft {
  readonly kind: 'payment';
  readonly lines: readonly JournalLine[];
}

/**
 * The sale and its settlement by the provider, in one journal: the receivable is opened by the sale and closed by the
 * money that the provider owes. Lines of nothing are left out.
 *
 * @throws {RangeError} for a payment of nothing, which no provider takes
 */
export function postPayment({ data: { amounts } }: IntegrationEvent<'PaymentProcessed'>): JournalDraft {
  const { currency, goods, discount, shipping, tax, total } = amounts;
  if (total === 0) throw new RangeError('a payment moves more than nothing');
  const line = (side: JournalLine['side'], account: Account, amount: number) => ({ account, currency, side, amount });
  return {
    kind: 'payment',
    lines: [
      line('debit', accounts.receivable, total),
      line('credit', accounts.revenue, goods - discount),
      line('credit', accounts.shippingRevenue, shipping),
      line('credit', accounts.taxPayable, tax),
      line('debit', accounts.providerClearing, total),
      line('credit', accounts.receivable, total),
    ].filter(({ amount }) => amount > 0),
  };
}
