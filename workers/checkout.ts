import { createCheckoutActivities } from '../activities/index.ts';
import { currencyLimitsSchema } from '../contracts/currency-limits.ts';
import { tokenSource } from '../platform/access/token-source.ts';
import { readConfiguration } from '../platform/configuration.ts';
import type { Role } from '../platform/role.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { checkoutServicesEnvironment, openCheckoutServices } from './checkout-services.ts';
import { startWorkflowWorker } from './workflow-worker.ts';

const environment = checkoutServicesEnvironment.extend({ REFUND_SECOND_PERSON_ABOVE: currencyLimitsSchema });

export const role: Role = async (context) => {
  const { REFUND_SECOND_PERSON_ABOVE: refundLimits, ...urls } = readConfiguration(environment, context.environment);
  const services = openCheckoutServices(urls, tokenSource(context.environment));
  return startWorkflowWorker(
    { taskQueue: taskQueues.checkout, activities: createCheckoutActivities(services, { refundLimits }) },
    context,
  );
};
