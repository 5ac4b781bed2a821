import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { z } from 'zod';
import { createCheckoutActivities } from '../activities/index.ts';
import { BridgePlugin } from '../bridge/plugin.ts';
import { integrationEvents } from '../events/contracts/index.ts';
import { brokerEnvironment, brokerOf } from '../events/role-connection.ts';
import { readConfiguration } from '../platform/configuration.ts';
import type { Role } from '../platform/role.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { checkoutServicesEnvironment, openCheckoutServices } from './checkout-services.ts';
import { readWorkerDeployment, startWorker } from './worker-role.ts';
import { workflowCode } from './workflow-code.ts';

const environment = checkoutServicesEnvironment.extend({
  ...brokerEnvironment.shape,
  /** A bundle made before; without it the workflows are bundled at the start. */
  WORKFLOW_BUNDLE: z.string().optional(),
  MAX_CACHED_WORKFLOWS: z.coerce.number().int().min(1).default(400),
});

export const role: Role = async (context) => {
  const configuration = readConfiguration(environment, context.environment);
  const activities = createCheckoutActivities(openCheckoutServices(configuration));
  const bridge = await BridgePlugin.connect({
    ...brokerOf(context),
    contracts: integrationEvents,
    // Customers buy while people look after the broker.
    required: false,
  });
  return startWorker(
    {
      taskQueue: taskQueues.checkout,
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
};
