import { fileURLToPath } from 'node:url';
import { bareActivities, bareTaskQueue } from './bare-activities.ts';
import { runBenchWorker } from './worker.ts';

await runBenchWorker('bare-worker', () => ({
  taskQueue: bareTaskQueue,
  activities: bareActivities,
  maxCachedWorkflows: 1_000,
  workflowsPath: fileURLToPath(new URL('bare-workflows.ts', import.meta.url)),
}));
