import type { WorkerDeploymentOptions } from '@temporalio/worker';
import { z } from 'zod';
import { ConfigurationError, type Environment, readConfiguration } from '../platform/configuration.ts';

const deploymentName = z
  .string()
  .regex(/^[A-Za-z0-9_/-]{1,100}$/, 'use letters, digits, _, / and -')
  .optional();
const buildId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,100}$/, 'use letters, digits, dots, _ and -')
  .optional();

const environment = z.object({
  WORKER_DEPLOYMENT_NAME: deploymentName,
  WORKER_BUILD_ID: buildId,
  /** As Temporal's Worker Controller names them. */
  TEMPORAL_DEPLOYMENT_NAME: deploymentName,
  TEMPORAL_WORKER_BUILD_ID: buildId,
});

const own = ['WORKER_DEPLOYMENT_NAME', 'WORKER_BUILD_ID'] as const;
const ofController = ['TEMPORAL_DEPLOYMENT_NAME', 'TEMPORAL_WORKER_BUILD_ID'] as const;

/**
 * The version of this worker's code, where the environment names one: a workflow then stays with the version that began
 * it. Without `WORKER_DEPLOYMENT_NAME` and `WORKER_BUILD_ID`, or the variables of Temporal's Worker Controller, the worker is
 * unversioned. See `docs/deploying.md`.
 *
 * @throws {ConfigurationError} when only one of two is set
 */
export function readWorkerDeployment(variables: Environment): { workerDeploymentOptions?: WorkerDeploymentOptions } {
  const read = readConfiguration(environment, variables);
  for (const pair of [own, ofController]) {
    const [name, build] = pair.map((variable) => read[variable]);
    if (name !== undefined && build !== undefined) {
      return {
        workerDeploymentOptions: {
          version: { deploymentName: name, buildId: build },
          useWorkerVersioning: true,
          defaultVersioningBehavior: 'PINNED',
        },
      };
    }
    const missing = pair.find((variable) => read[variable] === undefined);
    if (name !== build)
      throw new ConfigurationError(`${missing} is missing: set both of ${pair.join(' and ')}, or neither`);
  }
  return {};
}
