import { fork } from 'node:child_process';
import { once } from 'node:events';
import { programEnvironment } from '../../parts/environment.ts';

/** A worker beside the system, which is none of its processes. */
export interface ForkedWorker {
  readonly processId: number;
  stop(): Promise<void>;
}

/**
 * Starts a worker that measures or proves something as a process of its own.
 *
 * @param file says `ready` to its parent, and ends with it
 * @param environment the addresses of the system, and what else is to differ from this process's own
 */
export async function forkWorker(file: string, environment: Readonly<Record<string, string>>): Promise<ForkedWorker> {
  const worker = fork(file, {
    env: programEnvironment({ LOG_LEVEL: 'warn', ...environment }),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(worker, 'exit');
  const isReady = await Promise.race([once(worker, 'message').then(() => true), ended.then(() => false)]);
  if (!isReady || worker.pid === undefined) throw new Error(`the worker ${file} did not start`);
  return {
    processId: worker.pid,
    async stop() {
      if (worker.exitCode === null && worker.signalCode === null) worker.kill('SIGTERM');
      await ended;
    },
  };
}
