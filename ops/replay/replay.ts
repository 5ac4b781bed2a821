import path from 'node:path';
import { CheckoutClient } from '../../client/checkout-client.ts';
import { FileFault } from '../../client/files/text-file.ts';
import { type Addresses, createServiceClients } from '../../client/services.ts';
import { showProgress } from '../../platform/progress-bar.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';
import { checkoutWorkflowId } from '../../workflows/checkout/messages.ts';
import { compareWithLedger, readRevenues } from './compare.ts';
import { findOrdered, type Load, load, prepareLoad } from './load.ts';
import { otherPrices } from './other-prices.ts';
import { placeOrders } from './place.ts';
import { currency, type Plan, planReplay } from './plan.ts';
import { type FileForm, OrderFileError, readOrderFile } from './read.ts';
import { type ReplayReport, reportOf } from './report.ts';
import { openSystem } from './system.ts';

export interface ReplayOptions {
  /** How many checkouts are under way at a time. */
  readonly concurrency: number;
  /** How the file is written where it is not as documented. */
  readonly form?: FileForm;
  /** A folder for a system of its own; without it the one that runs, or a temporary one. */
  readonly data?: string;
  /** Interrupts the replay. */
  readonly signal: AbortSignal;
  /** Tells people what is going on. */
  readonly say: (line: string) => void;
}

/**
 * Places the orders of a file and compares the ledger with it. Every id derives from the file's content: the same file
 * again, in the same system, places nothing twice and comes to the same result.
 *
 * @throws {OrderFileError} before anything is loaded
 */
export async function replay(
  file: string,
  { concurrency, form, data, signal, say }: ReplayOptions,
): Promise<ReplayReport> {
  say(`Reading ${file}.`);
  const { lines, hash } = await readOrderFile(file, form);
  const name = `replay-${hash.slice(0, 12)}`;
  const plan = planReplay(lines, `${name}-`);
  const prepared = prepare(file, plan, name);
  const system = await openSystem(data, say);
  try {
    const stop = system.failed ? AbortSignal.any([signal, system.failed]) : signal;
    stop.throwIfAborted();
    const run = await place(plan, prepared, name, { addresses: system.addresses, concurrency, signal: stop, say });
    return reportOf({ file: { name: path.basename(file), hash, lines: lines.length }, plan, ...run });
  } finally {
    await system.close();
  }
}

function prepare(file: string, plan: Plan, name: string): Load {
  try {
    return prepareLoad(plan, name);
  } catch (error) {
    if (error instanceof FileFault) throw new OrderFileError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

async function place(
  plan: Plan,
  prepared: Load,
  name: string,
  { addresses, concurrency, signal, say }: Omit<ReplayOptions, 'data' | 'form'> & { readonly addresses: Addresses },
) {
  const services = createServiceClients(addresses);
  const { client: temporal, connection } = await connectTemporalClient(addresses);
  const { count: placedBefore } = await temporal.workflow.count(
    `WorkflowId STARTS_WITH '${checkoutWorkflowId(`${name}-`)}'`,
  );
  say(`Loading ${plan.customers.length} customers, ${plan.products.length} products and the stock.`);
  await load(prepared, services, signal);
  const warnings = [...plan.warnings, ...otherPrices({ ...plan, currency }, await findOrdered(plan, services.catalog))];
  for (const { message } of warnings) say(`Warning: ${message}.`);
  const started = performance.now();
  const progress = showProgress(plan.orders.length, 'orders');
  const placements = await placeOrders(plan.orders, {
    checkouts: new CheckoutClient(temporal),
    concurrency,
    onPlaced: () => progress.advance(),
    signal,
  }).finally(progress.stop);
  const seconds = (performance.now() - started) / 1_000;
  say('Waiting for the ledger.');
  const revenues = await readRevenues(placements, services.ledger, signal);
  const comparison = compareWithLedger(placements, revenues);
  // Not after an interruption: a call that it left open is retried by a timer, which throws on a closed connection.
  await connection.close();
  return { placements, placedBefore, seconds, comparison, warnings };
}
