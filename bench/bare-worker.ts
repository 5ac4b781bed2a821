import { fileURLToPath } from 'node:url';
import { runProcess } from '../platform/process.ts';
import { startWorker } from '../workers/worker-process.ts';
import { bareActivities, bareTaskQueue } from './bare-activities.ts';

// It must not outlive the measurement that has started it.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

await runProcess('bare-worker', async (logger) => {
  const worker = await startWorker(
    {
      taskQueue: bareTaskQueue,
      activities: bareActivities,
      maxCachedWorkflows: 1_000,
      workflowsPath: fileURLToPath(new URL('bare-workflows.ts', import.meta.url)),
    },
    logger,
  );
  process.send?.('ready');
  return worker;
});
