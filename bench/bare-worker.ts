import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { runRoles } from '../platform/process.ts';
import type { RoleContext, Running } from '../platform/role.ts';
import { connectTemporalWorker } from '../platform/temporal-worker.ts';
import { bareActivities, bareTaskQueue } from './bare-activities.ts';

// It must not outlive the measurement that has started it.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

await runRoles([[{ name: 'bare-worker', role: startBareWorker }]]);

async function startBareWorker(context: RoleContext): Promise<Running> {
  const { connection, namespace } = await connectTemporalWorker(context);
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: bareTaskQueue,
    activities: bareActivities,
    maxCachedWorkflows: 1_000,
    workflowsPath: fileURLToPath(new URL('bare-workflows.ts', import.meta.url)),
  });
  const run = worker.run();
  process.send?.('ready');
  return {
    address: `task queue ${bareTaskQueue} in namespace ${namespace}`,
    async stop() {
      worker.shutdown();
      await run;
      await connection.close();
    },
  };
}
