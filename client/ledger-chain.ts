import type { ChainFault, ChainPage, LedgerClient } from '../services/ledger/contract.ts';

/** An end of the chain, as an earlier look at it has shown it. */
export type NotedLink = NonNullable<ChainPage['end']>;

/** What became of the chain of journals. */
export interface ChainReport {
  readonly intact: boolean;
  /** Journals that fit, one after the other from the first on. */
  readonly journals: number;
  /** The last one that fits: to be noted where those who write the ledger cannot reach it. */
  readonly end?: NotedLink;
  readonly fault?: ChainFault;
  /** Whether the noted end is in the chain; absent where none was given. */
  readonly noted?: 'found' | 'missing';
}

const pageSize = 5_000;

/**
 * Walks the whole chain of journals, page after page.
 *
 * @param noted an end that was seen before: a chain that was made new from there on has another hash at its position
 */
export async function verifyLedger(ledger: Pick<LedgerClient, 'verifyChain'>, noted?: NotedLink): Promise<ChainReport> {
  let journals = 0;
  let isFound = false;
  let after: number | undefined = 0;
  let page: ChainPage;
  let end: NotedLink | undefined;
  do {
    // A page that ends with the noted position shows its hash.
    const upTo: number = noted && noted.position > after ? noted.position - after : pageSize;
    page = await ledger.verifyChain({ after, limit: Math.min(pageSize, upTo) });
    journals += page.verified;
    end = page.end ?? end;
    isFound ||= end?.position === noted?.position && end?.hash === noted?.hash;
    after = page.next;
  } while (after !== undefined);
  const { fault } = page;
  return {
    intact: !fault && (!noted || isFound),
    journals,
    ...(end && { end }),
    ...(fault && { fault }),
    ...(noted && { noted: isFound ? ('found' as const) : ('missing' as const) }),
  };
}
