import { batches } from '../../client/batches.ts';
import type { ServiceClients } from '../../client/services.ts';
import type { CheckoutId } from '../../contracts/identifiers.ts';
import type { SubjectBalance } from '../../services/ledger/contract.ts';
import type { Placement } from './place.ts';
import { currency } from './plan.ts';

/** Sales net of tax and shipping. */
export const revenueAccount = '4000';

const checkoutsInOneCall = 1_000;
const pauseBetweenLooks = 250;
/** The consumer of the ledger is restarted within seconds; events that stay away longer are missing. */
const longestStandstill = 30_000;

interface Difference {
  readonly checkoutId: CheckoutId;
  /** What the order comes to by the file, in minor units; nothing when it did not complete. */
  readonly file: number;
  /** What the ledger has as its revenue, in minor units. */
  readonly ledger: number;
}

export interface Comparison {
  /** Sums over exactly these orders, in minor units. */
  readonly file: number;
  readonly ledger: number;
  /** Each order for which they differ. */
  readonly differences: readonly Difference[];
}

/** Compares each order by the file with its revenue in the ledger, to the penny. */
export function compareWithLedger(
  placements: readonly Placement[],
  balances: readonly Pick<SubjectBalance, 'id' | 'debits' | 'credits'>[],
): Comparison {
  const revenues = new Map<string, number>(balances.map(({ id, debits, credits }) => [id, credits - debits]));
  const orders = placements.map(({ order: { request, net }, outcome }) => ({
    checkoutId: request.checkoutId,
    file: outcome === 'completed' ? net : 0,
    ledger: revenues.get(request.checkoutId) ?? 0,
  }));
  return {
    file: orders.reduce((sum, { file }) => sum + file, 0),
    ledger: orders.reduce((sum, { ledger }) => sum + ledger, 0),
    differences: orders.filter(({ file, ledger }) => file !== ledger),
  };
}

/**
 * What the ledger has of these orders. It is written from events, a moment after the checkouts: waits until every
 * completed order has its journal, or no more come in.
 *
 * @throws {ServiceFailure} when the ledger does not answer; the signal's reason when it is aborted
 */
export async function readRevenues(
  placements: readonly Placement[],
  ledger: Pick<ServiceClients['ledger'], 'balancesBySubject'>,
  signal: AbortSignal,
): Promise<SubjectBalance[]> {
  const completed = new Set<string>(
    placements.flatMap(({ order, outcome }) => (outcome === 'completed' ? [order.request.checkoutId] : [])),
  );
  let posted = -1;
  let changedAt = Date.now();
  for (;;) {
    signal.throwIfAborted();
    const balances: SubjectBalance[] = [];
    for (const batch of batches(placements, checkoutsInOneCall)) {
      const ids = batch.map(({ order }) => order.request.checkoutId);
      const answer = await ledger.balancesBySubject({ account: revenueAccount, currency, kind: 'order', ids });
      balances.push(...answer.balances);
    }
    const found = balances.filter(({ id }) => completed.has(id)).length;
    if (found !== posted) changedAt = Date.now();
    posted = found;
    if (posted === completed.size || Date.now() - changedAt > longestStandstill) return balances;
    await new Promise((resolve) => setTimeout(resolve, pauseBetweenLooks));
  }
}
