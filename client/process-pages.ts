import { ServiceFailure } from '../contracts/failures.ts';
import type { OrderId } from '../contracts/identifiers.ts';
import type { FrontDoor } from './front-door.ts';
import type { ProcessRow } from './process-list.ts';

/** Rows of one page, at most. */
const largestPage = 1_000;

interface Filter {
  readonly orderId?: OrderId;
  readonly state?: string;
  readonly needsOperator?: boolean | undefined;
  /** How many rows at most. */
  readonly limit: number;
}

interface Page {
  readonly rows: readonly ProcessRow[];
  readonly next?: string | undefined;
}

interface Asked {
  readonly limit: number;
  readonly after?: string;
}

/**
 * The processes of one kind, newest first, page by page.
 *
 * @throws {ServiceFailure} `InvalidRequest` for a state that is not listed; `Forbidden` for who may list none
 */
export async function listThroughDoor(door: FrontDoor, kind: string, { limit, ...filter }: Filter) {
  const ofAnyKind = (asked: Asked) => pageOfKind(door, kind, { ...filter, ...asked });
  try {
    return await readPages(limit, ofAnyKind);
  } catch (error) {
    const isForbidden = error instanceof ServiceFailure && error.type === 'Forbidden';
    // Customers and reviewers list checkouts, and by their state alone.
    if (!isForbidden || kind !== 'checkout' || filter.orderId || filter.needsOperator) throw error;
    return readPages(limit, (asked) =>
      pageOfCheckouts(door, { ...asked, ...(filter.state && { state: filter.state }) }),
    );
  }
}

async function readPages(limit: number, read: (asked: Asked) => Promise<Page>): Promise<ProcessRow[]> {
  const rows: ProcessRow[] = [];
  for (let after: string | undefined; rows.length < limit; ) {
    const page = await read({ limit: Math.min(limit - rows.length, largestPage), ...(after && { after }) });
    rows.push(...page.rows);
    if (!page.next) break;
    after = page.next;
  }
  return rows;
}

async function pageOfKind(
  { processes }: FrontDoor,
  kind: string,
  { needsOperator, ...filter }: Omit<Filter, 'limit'> & Asked,
): Promise<Page> {
  const page = await processes.listProcesses({ kind, ...filter, ...(needsOperator && { needsOperator: 'true' }) });
  return { rows: page.processes as readonly ProcessRow[], next: page.next };
}

async function pageOfCheckouts({ checkouts }: FrontDoor, filter: Asked & { readonly state?: string }): Promise<Page> {
  const page = await checkouts.listCheckouts(filter);
  return { rows: page.checkouts as readonly ProcessRow[], next: page.next };
}
