import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface BareWorker {
  readonly processId: number;
  stop(): Promise<void>;
}

/** Starts the worker of the bare workflows as a process of its own, as the checkout's worker is one. */
export async function startBareWorker(addresses: Readonly<Record<string, string>>): Promise<BareWorker> {
  const worker = fork(fileURLToPath(new URL('../bare-worker.ts', import.meta.url)), {
    env: { ...process.env, ...addresses, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(worker, 'exit');
  const isReady = await Promise.race([once(worker, 'message').then(() => true), ended.then(() => false)]);
  if (!isReady || worker.pid === undefined) throw new Error('the worker of the bare workflows did not start');
  return {
    processId: worker.pid,
    async stop() {
      if (worker.exitCode === null && worker.signalCode === null) worker.kill('SIGTERM');
      await ended;
    },
  };
}
