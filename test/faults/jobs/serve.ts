import { isGrpcServiceError } from '@temporalio/client';
import { identify, signalProcess, withDescendants } from '../../../parts/process-identity.ts';
import type { JobMessage, ReplyMessage } from './messages.ts';

/**
 * How calls of a test server end that stands still or has lost count of who holds its clock: gRPC's `CANCELLED`,
 * `UNKNOWN`, `DEADLINE_EXCEEDED`, `INTERNAL` and `UNAVAILABLE`.
 */
const serverFaults: ReadonlySet<number> = new Set([1, 2, 4, 13, 14]);

/**
 * Does the jobs of the process that has forked this one, side by side, until that one kills it or is gone itself.
 *
 * @param start makes the function that does a job; it calls `news` whenever it gets on with a long one. What it throws is
 * the failure of the job, unless it comes from the test server
 */
export async function serveJobs<Job, Result>(
  start: () => Promise<(job: Job, news: () => void) => Promise<Result>>,
): Promise<void> {
  const reply = (message: ReplyMessage<Result>) => {
    if (process.connected) process.send?.(message);
  };
  const news = () => reply({ kind: 'news' });
  const leave = () => {
    const own = identify(process.pid);
    // The children first: nobody would find them afterwards.
    for (const one of own ? withDescendants(own).reverse() : []) signalProcess(one, 'SIGKILL');
  };
  process.on('disconnect', leave);
  // Ctrl-C in a terminal reaches this process as well; it ends with the one that has forked it.
  process.on('SIGINT', () => undefined);
  process.on('uncaughtException', (error) => reply({ kind: 'useless', reason: error.stack ?? error.message }));
  const run = await start();
  process.on('message', ({ id, job }: JobMessage<Job>) => {
    run(job, news).then(
      (result) => reply({ kind: 'done', id, result }),
      (error: unknown) => {
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        reply(isServerFault(error) ? { kind: 'useless', reason: message } : { kind: 'failed', id, message });
      },
    );
  });
  reply({ kind: 'ready' });
}

/** Errors of the client have that of gRPC as their cause. */
function isServerFault(error: unknown): boolean {
  if (isGrpcServiceError(error)) return serverFaults.has(error.code);
  return error instanceof Error && error.cause !== undefined && isServerFault(error.cause);
}
