import { fileURLToPath } from 'node:url';
import { type ForkedWorker, forkWorker } from '../../ops/system/forked-worker.ts';

/** Starts the worker of the bare workflows as a process of its own, as the checkout's worker is one. */
export function startBareWorker(addresses: Readonly<Record<string, string>>): Promise<ForkedWorker> {
  return forkWorker(fileURLToPath(new URL('../bare-worker.ts', import.meta.url)), addresses);
}
