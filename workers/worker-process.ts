import { Worker, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from '../platform/logging.ts';
import type { Running } from '../platform/process.ts';
import { connectTemporalWorker } from '../platform/temporal-worker.ts';

/**
 * Runs one worker until it is stopped: it then takes no more work and finishes what it has.
 *
 * @param options what the worker does; the connection and the namespace come from the environment
 */
export async function startWorker(
  options: Omit<WorkerOptions, 'connection' | 'namespace'>,
  logger: Logger,
): Promise<Running> {
  const { connection, namespace } = await connectTemporalWorker(logger);
  const worker = await Worker.create({ shutdownGraceTime: '10s', ...options, connection, namespace });
  const run = worker.run();
  run.catch((error: unknown) => {
    logger.fatal({ err: error }, 'the worker has failed');
    process.exit(1);
  });
  return {
    address: `task queue ${options.taskQueue} in namespace ${namespace}`,
    async stop() {
      worker.shutdown();
      await run;
      await connection.close();
    },
  };
}
