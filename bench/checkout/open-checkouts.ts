import { randomUUID } from 'node:crypto';
import type { Report } from '../../parts/report.ts';
import type { BenchSystem } from './bench-system.ts';
import { benchCart } from './shop.ts';

export const openCheckoutsMeasured = 1_000;

const atOnce = 20;

/**
 * Holds 1,000 checkouts open that wait for their customers' banks, and reads the memory of the worker that has all of them in
 * its cache. Then cancels them, each of them.
 *
 * @returns bytes; undefined where the operating system does not tell
 */
export async function measureOpenCheckouts(bench: BenchSystem, report: Report): Promise<number | undefined> {
  const { checkouts } = bench;
  report(`Opening ${openCheckoutsMeasured} checkouts that wait for their customers …`);
  const ids = Array.from({ length: openCheckoutsMeasured }, () => randomUUID() as string);
  await inLanes(ids, async (id, number) => {
    const { answer } = await checkouts.startCheckout({
      ...benchCart(id, number),
      paymentMethod: 'pm_card_authenticationRequired',
    });
    if (answer !== 'needs-action') throw new Error(`the checkout ${id} does not wait for its customer: ${answer}`);
  });
  const memory = bench.usages().get('checkout-worker')?.residentMemory;
  report('Cancelling all of them …');
  await inLanes(ids, async (id) => {
    const { outcome } = await checkouts.cancel(id);
    if (outcome !== 'cancelled') throw new Error(`the checkout ${id} was ${outcome}, and not cancelled`);
  });
  return memory;
}

async function inLanes(ids: readonly string[], run: (id: string, number: number) => Promise<void>): Promise<void> {
  const waiting = ids.entries();
  const lane = async () => {
    for (const [number, id] of waiting) await run(id, number);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
