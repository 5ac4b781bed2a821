import { fileURLToPath } from 'node:url';
import { runProcess } from '../../platform/process.ts';
import { startWorker } from '../../workers/worker-process.ts';
import { soakTaskQueue } from './workload.ts';

// It must not outlive the soak that has started it.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

await runProcess('soak-worker', async (logger) => {
  const workflowsPath = fileURLToPath(new URL('workflows.ts', import.meta.url));
  const worker = await startWorker({ taskQueue: soakTaskQueue, workflowsPath, maxCachedWorkflows: 2_000 }, logger);
  process.send?.('ready');
  return worker;
});
