import { isRunning, type ProcessIdentity, signalProcess, withDescendants } from './process-identity.ts';
import { waitUntil } from './wait.ts';

/** How one process is asked to end. */
export type StopOrder = { signal: NodeJS.Signals /** Milliseconds until it is killed instead. */; patience: number };

/** Kills a process and all its descendants at once, and waits until they are gone. */
export async function killTree(root: ProcessIdentity): Promise<void> {
  const tree = withDescendants(root);
  for (const identity of tree) signalProcess(identity, 'SIGKILL');
  await waitUntil(() => !tree.some(isRunning), { within: 10_000, every: 20 });
}

/**
 * Asks a process to end, waits until it and its descendants are gone, and kills what is left after the patience.
 * @returns whether it ended without being killed
 */
export async function stopProcess(identity: ProcessIdentity, { signal, patience }: StopOrder): Promise<boolean> {
  const tree = withDescendants(identity);
  // A frozen process takes no signal but this one.
  signalProcess(identity, 'SIGCONT');
  signalProcess(identity, signal);
  const ended = await waitUntil(() => !tree.some(isRunning), { within: patience, every: 20 });
  if (ended) return true;
  for (const left of tree) signalProcess(left, 'SIGKILL');
  await waitUntil(() => !tree.some(isRunning), { within: 10_000, every: 20 });
  return false;
}
