import { fileURLToPath } from 'node:url';
import { type ForkedWorker, forkWorker } from '../../ops/system/forked-worker.ts';
import { roleOf } from '../../roles/roles.ts';

type Addresses = Readonly<Record<string, string>>;

/** Starts the worker of the bare workflows as a process of its own, as the checkout's worker is one. */
export function startBareWorker(addresses: Addresses): Promise<ForkedWorker> {
  return forkWorker(fileURLToPath(new URL('../bare-worker.ts', import.meta.url)), addresses);
}

/** Starts the worker of the sample's checkouts, its process bounded as that of the checkout's worker. */
export function startSampleWorker(addresses: Addresses): Promise<ForkedWorker> {
  const { nodeOptions = [], environment } = roleOf('checkout-worker');
  return forkWorker(fileURLToPath(new URL('../sample/worker.ts', import.meta.url)), {
    ...addresses,
    ...environment,
    NODE_OPTIONS: nodeOptions.join(' '),
  });
}
