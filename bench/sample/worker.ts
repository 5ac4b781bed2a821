import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { z } from 'zod';
import { createCheckoutActivities } from '../../activities/index.ts';
import { BridgePlugin } from '../../bridge/plugin.ts';
import { createServiceClients } from '../../client/services.ts';
import { integrationEvents } from '../../events/contracts/index.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { tokenSource } from '../../platform/access/token-source.ts';
import { readConfiguration } from '../../platform/configuration.ts';
import { createPaymentsClient } from '../../services/payments/client.ts';
import { runBenchWorker } from '../worker.ts';
import { sampleTaskQueue } from './task-queue.ts';

const environment = z.object({ AMQP_URL: z.string(), PAYMENTS_URL: z.string() });

const workflowsPath = fileURLToPath(new URL('workflows.ts', import.meta.url));

// The activities, their clients and the settings are those of the checkout worker: what differs is the workflow.
await runBenchWorker('sample-worker', async ({ name, logger, ...context }) => {
  const { AMQP_URL, PAYMENTS_URL } = readConfiguration(environment, context.environment);
  const services = createServiceClients(context.environment as Record<string, string>);
  const payments = createPaymentsClient({ token: tokenSource(context.environment), url: PAYMENTS_URL });
  const bridge = await BridgePlugin.connect({
    ...{ url: AMQP_URL, contracts: integrationEvents, topology: standardTopology, declares: false, name, logger },
  });
  return {
    taskQueue: sampleTaskQueue,
    activities: createCheckoutActivities({ ...services, payments }),
    plugins: [bridge],
    maxCachedWorkflows: 250,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath,
      preloadModules: [workflowsPath],
      logger: new DefaultLogger('WARN'),
    }),
  };
});
