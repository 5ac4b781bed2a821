import { setTimeout as delay } from 'node:timers/promises';
import type { Currency } from '../contracts/currency.ts';
import { accounts } from '../services/ledger/accounts.ts';
import type { LedgerClient } from '../services/ledger/contract.ts';
import type { PaymentsClient, ProviderMovements } from '../services/payments/contract.ts';

/** Where the books say something else than the payment provider; amounts are minor units. */
export interface LedgerDifference {
  /** `forged`: no payment at the provider. `missing`: no journal. `changed`: another amount. */
  readonly what: 'forged' | 'missing' | 'changed';
  /** As the payments service and the provider call it; absent where the provider has none. */
  readonly paymentId?: string;
  /** What it is for, as the ledger names it: `order/c-1`. */
  readonly subject?: string;
  readonly currency: Currency;
  /** What the provider owes for it, by the books and by its own record. */
  readonly inBooks: number;
  readonly atProvider: number;
}

export interface LedgerReconciliation {
  readonly reconciled: boolean;
  /** Payments, refunds and disputes that have moved money at the provider. */
  readonly movements: number;
  /** Subjects for which the provider owes something by the books. */
  readonly subjects: number;
  readonly differences: readonly LedgerDifference[];
}

interface Services {
  readonly ledger: Pick<LedgerClient, 'listSubjectBalances'>;
  readonly payments: Pick<PaymentsClient, 'listMovements'>;
}

/** Milliseconds: a journal follows its payment within moments, where nothing is down. */
const settlingTime = 5_000;

/**
 * Compares what the provider owes by the books with the provider's own record, payment by payment. What differs is looked at twice,
 * since a journal follows the money: only what differs in the same way both times is told.
 */
export async function reconcileLedger(
  services: Services,
  settle = () => delay(settlingTime),
): Promise<LedgerReconciliation> {
  const first = await compare(services);
  if (first.differences.length === 0) return first;
  await settle();
  const second = await compare(services);
  const seen = new Set(first.differences.map((difference) => JSON.stringify(difference)));
  const differences = second.differences.filter((difference) => seen.has(JSON.stringify(difference)));
  return { ...second, differences, reconciled: differences.length === 0 };
}

async function compare({ ledger, payments }: Services): Promise<LedgerReconciliation> {
  // The books first: what comes in between is missing there for now, and forged is the worse word.
  const books = await readBooks(ledger);
  const { owed, movements } = await readProvider(payments);
  const keys = [...new Set([...books.keys(), ...owed.keys()])].sort();
  const differences = keys.flatMap((key): LedgerDifference[] => {
    const { subject, currency, paymentId, amount: atProvider } = owed.get(key) ?? { ...keyed(key), amount: 0 };
    const inBooks = books.get(key) ?? 0;
    if (inBooks === atProvider) return [];
    const what = atProvider === 0 ? 'forged' : inBooks === 0 ? 'missing' : 'changed';
    return [{ what, ...(paymentId && { paymentId }), ...(subject && { subject }), currency, inBooks, atProvider }];
  });
  return { reconciled: differences.length === 0, movements, subjects: books.size, differences };
}

async function readBooks(ledger: Services['ledger']): Promise<Map<string, number>> {
  const books = new Map<string, number>();
  let after: string | undefined;
  do {
    const page = await ledger.listSubjectBalances({ account: accounts.providerClearing, ...(after && { after }) });
    for (const { subject, currency, balance } of page.balances) books.set(`${subject} ${currency}`, balance);
    after = page.next;
  } while (after);
  return books;
}

/** What the provider owes for a payment, or for all that were made for one subject. */
interface Owed {
  readonly subject?: string | undefined;
  readonly currency: Currency;
  readonly paymentId?: string | undefined;
  readonly amount: number;
}

const keyed = (key: string): Pick<Owed, 'subject' | 'currency' | 'paymentId'> => {
  const [subject = '', currency] = key.split(' ');
  return { subject, currency: currency as Currency };
};

async function readProvider(
  payments: Services['payments'],
): Promise<{ readonly owed: Map<string, Owed>; readonly movements: number }> {
  const movements = [];
  for (const list of ['payments', 'refunds', 'disputes'] as const) movements.push(...(await readList(payments, list)));
  const byIntent = new Map<string, Owed>();
  for (const { intentId, subject, paymentId = intentId, currency, amount } of movements) {
    const known = byIntent.get(intentId) ?? { subject, paymentId, currency, amount: 0 };
    byIntent.set(intentId, { ...known, amount: known.amount + amount });
  }
  const owed = new Map<string, Owed>();
  for (const payment of byIntent.values()) {
    const key = `${payment.subject ?? payment.paymentId} ${payment.currency}`;
    const other = owed.get(key);
    // Of several that were made for one subject, the others were given back.
    const named = other && payment.amount === 0 ? other : payment;
    owed.set(key, { ...named, amount: (other?.amount ?? 0) + payment.amount });
  }
  return { owed, movements: movements.filter(({ amount }) => amount !== 0).length };
}

async function readList(
  payments: Services['payments'],
  list: Parameters<PaymentsClient['listMovements']>[0]['list'],
): Promise<ProviderMovements['movements']> {
  const movements: ProviderMovements['movements'] = [];
  let after: string | undefined;
  do {
    const page = await payments.listMovements({ list, ...(after && { after }) });
    movements.push(...page.movements);
    after = page.next;
  } while (after);
  return movements;
}
