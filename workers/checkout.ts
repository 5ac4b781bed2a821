import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { z } from 'zod';
import { createCheckoutActivities } from '../activities/index.ts';
import { readConfiguration } from '../platform/configuration.ts';
import { createHttpClient } from '../platform/http/client.ts';
import { runProcess } from '../platform/process.ts';
import { createCatalogClient } from '../services/catalog/client.ts';
import { customersContract } from '../services/customers/contract.ts';
import { inventoryContract } from '../services/inventory/contract.ts';
import { ordersContract } from '../services/orders/contract.ts';
import { paymentsContract } from '../services/payments/contract.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { readWorkerDeployment, startWorker } from './worker-process.ts';
import { workflowCode } from './workflow-code.ts';

const service = z.url({ protocol: /^https?$/, error: 'use the address of the service: http://host:port' });

const environment = z.object({
  CUSTOMERS_URL: service,
  CATALOG_URL: service,
  ORDERS_URL: service,
  INVENTORY_URL: service,
  PAYMENTS_URL: service,
  /** A bundle made before; without it the workflows are bundled at the start. */
  WORKFLOW_BUNDLE: z.string().optional(),
  MAX_CACHED_WORKFLOWS: z.coerce.number().int().min(1).default(400),
});

await runProcess('checkout-worker', async (logger) => {
  const configuration = readConfiguration(environment);
  const activities = createCheckoutActivities({
    customers: createHttpClient(customersContract, { url: configuration.CUSTOMERS_URL }),
    catalog: createCatalogClient({ url: configuration.CATALOG_URL }),
    orders: createHttpClient(ordersContract, { url: configuration.ORDERS_URL }),
    inventory: createHttpClient(inventoryContract, { url: configuration.INVENTORY_URL }),
    payments: createHttpClient(paymentsContract, { url: configuration.PAYMENTS_URL, timeoutMilliseconds: 14_000 }),
  });
  return startWorker(
    {
      taskQueue: taskQueues.checkout,
      activities,
      maxCachedWorkflows: configuration.MAX_CACHED_WORKFLOWS,
      ...readWorkerDeployment(),
      workflowBundle: configuration.WORKFLOW_BUNDLE
        ? { codePath: configuration.WORKFLOW_BUNDLE }
        : await bundleWorkflowCode({ ...workflowCode, logger: new DefaultLogger('WARN') }),
    },
    logger,
  );
});
