import { createCheckoutActivities } from '../activities/index.ts';
import { tokenSource } from '../platform/access/token-source.ts';
import { readConfiguration } from '../platform/configuration.ts';
import type { Role } from '../platform/role.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { checkoutServicesEnvironment, openCheckoutServices } from './checkout-services.ts';
import { startWorkflowWorker } from './workflow-worker.ts';

export const role: Role = async (context) => {
  const services = openCheckoutServices(
    readConfiguration(checkoutServicesEnvironment, context.environment),
    tokenSource(context.environment),
  );
  return startWorkflowWorker(
    { taskQueue: taskQueues.checkout, activities: createCheckoutActivities(services) },
    context,
  );
};
