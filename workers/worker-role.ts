import {
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker/index.js';
import { Worker, type WorkerDeploymentOptions, type WorkerOptions } from '@temporalio/worker';
import { z } from 'zod';
import { correlationOfActivity } from '../activities/correlation.ts';
import { ConfigurationError, type Environment, readConfiguration } from '../platform/configuration.ts';
import type { RoleContext, Running } from '../platform/role.ts';
import { connectTemporalWorker } from '../platform/temporal-worker.ts';

/**
 * Runs one worker until it is stopped: it then takes no more work and finishes what it has. Should one of its plugins find
 * out meanwhile that only people can help, the process ends with 2.
 *
 * @param options what the worker does; where Temporal is, and the keys of its payloads, come from the environment
 */
export async function startWorker(
  options: Omit<WorkerOptions, 'connection' | 'namespace' | 'dataConverter'>,
  context: RoleContext,
): Promise<Running> {
  const { connection, namespace, dataConverter } = await connectTemporalWorker(context);
  const worker = await Worker.create({
    shutdownGraceTime: '10s',
    // A cancellation reaches an activity with its next heartbeat: one a second, not four of five seconds later.
    maxHeartbeatThrottleInterval: '1s',
    interceptors: {
      activity: [
        (context) => ({
          inbound: new OpenTelemetryActivityInboundInterceptor(context),
          outbound: new OpenTelemetryActivityOutboundInterceptor(context),
        }),
        correlationOfActivity,
      ],
    },
    ...options,
    connection,
    namespace,
    dataConverter,
  });
  const run = worker.run();
  run.catch((error: unknown) => {
    context.logger.fatal({ err: error }, 'the worker has failed');
    process.exit(error instanceof ConfigurationError ? 2 : 1);
  });
  return {
    address: `task queue ${options.taskQueue} in namespace ${namespace}`,
    async stop() {
      worker.shutdown();
      await run;
      await connection.close();
    },
  };
}

const deploymentEnvironment = z
  .object({
    WORKER_DEPLOYMENT_NAME: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,100}$/, 'use letters, digits, _ and -')
      .optional(),
    WORKER_BUILD_ID: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,100}$/, 'use letters, digits, dots, _ and -')
      .optional(),
  })
  .superRefine(({ WORKER_DEPLOYMENT_NAME: name, WORKER_BUILD_ID: build }, context) => {
    if ((name === undefined) === (build === undefined)) return;
    const path = [name === undefined ? 'WORKER_DEPLOYMENT_NAME' : 'WORKER_BUILD_ID'];
    context.addIssue({ code: 'custom', path, message: 'set both or neither' });
  });

/**
 * The version of this worker's code, where the environment names one: a workflow then stays with the version that began
 * it. Without `WORKER_DEPLOYMENT_NAME` and `WORKER_BUILD_ID` the worker is unversioned. See `docs/deploying.md`.
 *
 * @throws {ConfigurationError} when only one of the two is set
 */
export function readWorkerDeployment(environment: Environment): { workerDeploymentOptions?: WorkerDeploymentOptions } {
  const { WORKER_DEPLOYMENT_NAME: deploymentName, WORKER_BUILD_ID: buildId } = readConfiguration(
    deploymentEnvironment,
    environment,
  );
  if (!deploymentName || !buildId) return {};
  return {
    workerDeploymentOptions: {
      version: { deploymentName, buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  };
}
