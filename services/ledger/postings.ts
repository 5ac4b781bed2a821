import type { Currency } from '../../contracts/currency.ts';
import type { IntegrationEvent } from '../../events/integration-event.ts';

/** The chart of accounts, as the migrations have it. */
export const accounts = {
  cash: '1000',
  providerClearing: '1050',
  disputedFunds: '1060',
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
  disputeFees: '5300',
  disputeLosses: '5310',
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
  readonly kind: 'payment' | 'refund' | 'dispute-opened' | 'dispute-closed';
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
  return {
    kind: 'payment',
    lines: linesOf(currency, [
      ['debit', accounts.receivable, total],
      ['credit', accounts.revenue, goods - discount],
      ['credit', accounts.shippingRevenue, shipping],
      ['credit', accounts.taxPayable, tax],
      ['debit', accounts.providerClearing, total],
      ['credit', accounts.receivable, total],
    ]),
  };
}

/**
 * What a refund takes back of the sale, by us or at the provider, against what the provider owes. The goods go to returns, so that the revenue shows
 * all that was sold. Lines of nothing are left out.
 *
 * @throws {RangeError} for a refund of nothing, which no provider makes
 */
export function postRefund({
  data: { amounts },
}: IntegrationEvent<'OrderRefunded' | 'ProviderRefunded'>): JournalDraft {
  const { currency, goods, discount, shipping, tax, total } = amounts;
  if (total === 0) throw new RangeError('a refund moves more than nothing');
  return {
    kind: 'refund',
    lines: linesOf(currency, [
      ['debit', accounts.returns, goods - discount],
      ['debit', accounts.shippingRevenue, shipping],
      ['debit', accounts.taxPayable, tax],
      ['credit', accounts.providerClearing, total],
    ]),
  };
}

/**
 * What the provider has withdrawn for a dispute: the money is an asset still, until the bank decides; the fee is gone.
 *
 * @throws {RangeError} for a dispute that has withdrawn nothing
 */
export function postDisputeOpened({ data }: IntegrationEvent<'DisputeOpened'>): JournalDraft {
  const { currency, amount, fee } = data;
  if (amount === 0) throw new RangeError('a dispute withdraws more than nothing');
  return {
    kind: 'dispute-opened',
    lines: linesOf(currency, [
      ['debit', accounts.disputedFunds, amount],
      ['debit', accounts.disputeFees, fee],
      ['credit', accounts.providerClearing, amount + fee],
    ]),
  };
}

/**
 * How a dispute has ended: the money is back at the provider, or lost.
 *
 * @throws {RangeError} for a dispute that has withdrawn nothing
 */
export function postDisputeClosed({ data }: IntegrationEvent<'DisputeClosed'>): JournalDraft {
  const { currency, amount, feeReturned, outcome } = data;
  if (amount === 0) throw new RangeError('a dispute withdraws more than nothing');
  return {
    kind: 'dispute-closed',
    lines: linesOf(currency, [
      ['debit', outcome === 'won' ? accounts.providerClearing : accounts.disputeLosses, amount],
      ['debit', accounts.providerClearing, feeReturned],
      ['credit', accounts.disputedFunds, amount],
      ['credit', accounts.disputeFees, feeReturned],
    ]),
  };
}

function linesOf(currency: Currency, lines: readonly [JournalLine['side'], Account, number][]): JournalLine[] {
  return lines
    .filter(([, , amount]) => amount > 0)
    .map(([side, account, amount]) => ({ account, currency, side, amount }));
}
