import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls a condition until it holds.
 * @param condition what has to become true
 * @param limits how long to try at most, and the pause between two looks, both in milliseconds
 * @returns false when the time was over first
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { within, every = 50 }: { within: number; every?: number },
): Promise<boolean> {
  const deadline = performance.now() + within;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= deadline) return false;
    await delay(every);
  }
}
