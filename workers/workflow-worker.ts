import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { z } from 'zod';
import { BridgePlugin } from '../bridge/plugin.ts';
import { integrationEvents } from '../events/contracts/index.ts';
import { brokerOf } from '../events/role-connection.ts';
import { readConfiguration } from '../platform/configuration.ts';
import type { RoleContext, Running } from '../platform/role.ts';
import { readWorkerDeployment } from './worker-deployment.ts';
import { startWorker } from './worker-role.ts';
import { workflowCode } from './workflow-code.ts';

const environment = z.object({
  /** A bundle made before; without it the workflows are bundled at the start. */
  WORKFLOW_BUNDLE: z.string().optional(),
  MAX_CACHED_WORKFLOWS: z.coerce.number().int().min(1).default(250),
});

/** Runs workflows and the activities of their task queue; milestones leave from here, and through the bridge's own queue. */
export async function startWorkflowWorker(
  { taskQueue, activities }: { readonly taskQueue: string; readonly activities: object },
  context: RoleContext,
): Promise<Running> {
  const configuration = readConfiguration(environment, context.environment);
  const bridge = await BridgePlugin.connect({
    ...brokerOf(context),
    contracts: integrationEvents,
    // Processes go on while people look after the broker.
    required: false,
  });
  return startWorker(
    {
      taskQueue,
      activities,
      plugins: [bridge],
      maxCachedWorkflows: configuration.MAX_CACHED_WORKFLOWS,
      ...readWorkerDeployment(context.environment),
      workflowBundle: configuration.WORKFLOW_BUNDLE
        ? { codePath: configuration.WORKFLOW_BUNDLE }
        : await bundleWorkflowCode({ ...workflowCode, logger: new DefaultLogger('WARN') }),
    },
    context,
  );
}
