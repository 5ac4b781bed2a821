import { randomUUID } from 'node:crypto';
import type { Report } from '../../ops/parts/report.ts';
import type { BenchSystem } from './bench-system.ts';
import { benchCart } from './shop.ts';
import { requireCompleted } from './subjects.ts';

export const openCheckoutsMeasured = 1_000;

const atOnce = 20;

/**
 * Holds 1,000 checkouts open at the publishing of their milestones, while nothing publishes, and reads the memory of the
 * worker that has all of them in its cache. Then lets them complete, each of them.
 *
 * @returns bytes; undefined where the operating system does not tell
 */
export async function measureOpenCheckouts(bench: BenchSystem, report: Report): Promise<number | undefined> {
  const { system, checkouts } = bench;
  report(`Opening ${openCheckoutsMeasured} checkouts that wait for the bridge …`);
  await system.stopRole('bridge-worker');
  const ids = Array.from({ length: openCheckoutsMeasured }, () => randomUUID() as string);
  const waiting = ids.entries();
  const lane = async () => {
    for (const [number, id] of waiting) await checkouts.startCheckout(benchCart(id, number));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const memory = bench.usages().get('checkout-worker')?.residentMemory;
  await system.start('bridge-worker');
  report('The bridge is back; waiting for all of them to complete …');
  await Promise.all(ids.map((id) => requireCompleted(checkouts, id)));
  return memory;
}
