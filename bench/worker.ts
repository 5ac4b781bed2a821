import { Worker, type WorkerOptions } from '@temporalio/worker';
import { runRoles } from '../platform/process.ts';
import type { RoleContext, Running } from '../platform/role.ts';
import { connectTemporalWorker } from '../platform/temporal-worker.ts';

type Options = Omit<WorkerOptions, 'connection' | 'namespace'>;

/**
 * Runs a worker that is measured as the only thing of this process; it ends with the measurement that has started it.
 *
 * @param describe what the worker does, by the environment of the process
 */
export async function runBenchWorker(
  name: string,
  describe: (context: RoleContext) => Options | Promise<Options>,
): Promise<void> {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  await runRoles([[{ name, role: (context) => startBenchWorker(context, describe) }]]);
}

async function startBenchWorker(
  context: RoleContext,
  describe: (context: RoleContext) => Options | Promise<Options>,
): Promise<Running> {
  const options = await describe(context);
  const { connection, namespace, dataConverter } = await connectTemporalWorker(context);
  const worker = await Worker.create({ connection, namespace, dataConverter, ...options });
  const run = worker.run();
  process.send?.('ready');
  return {
    address: `task queue ${options.taskQueue} in namespace ${namespace}`,
    async stop() {
      worker.shutdown();
      await run;
      await connection.close();
    },
  };
}
