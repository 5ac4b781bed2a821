import { fileURLToPath } from 'node:url';
import { runRoles } from '../../platform/process.ts';
import type { RoleContext, Running } from '../../platform/role.ts';
import { startWorker } from '../../workers/worker-role.ts';
import { soakTaskQueue } from './workload.ts';

// It must not outlive the soak that has started it.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

await runRoles([[{ name: 'soak-worker', role: startSoakWorker }]]);

async function startSoakWorker(context: RoleContext): Promise<Running> {
  const workflowsPath = fileURLToPath(new URL('workflows.ts', import.meta.url));
  const worker = await startWorker({ taskQueue: soakTaskQueue, workflowsPath, maxCachedWorkflows: 2_000 }, context);
  process.send?.('ready');
  return worker;
}
