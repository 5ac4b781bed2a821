import { describe, expect, test } from '@jest/globals';
import { readWorkerDeployment } from '../../workers/worker-deployment.ts';

const versionOf = (environment: Record<string, string>) =>
  readWorkerDeployment(environment).workerDeploymentOptions?.version;

describe("the version of a worker's code", () => {
  test('is none where the environment names none', () => {
    expect(readWorkerDeployment({})).toEqual({});
  });

  test("is what the variables say, or those of Temporal's Worker Controller", () => {
    const own = { WORKER_DEPLOYMENT_NAME: 'checkout', WORKER_BUILD_ID: '1.0' };
    const controller = { TEMPORAL_DEPLOYMENT_NAME: 'shop/checkout-worker', TEMPORAL_WORKER_BUILD_ID: 'abc-1f2e' };

    expect(versionOf(own)).toEqual({ deploymentName: 'checkout', buildId: '1.0' });
    expect(versionOf(controller)).toEqual({ deploymentName: 'shop/checkout-worker', buildId: 'abc-1f2e' });
    expect(versionOf({ ...controller, ...own })).toEqual({ deploymentName: 'checkout', buildId: '1.0' });
  });

  test.each([
    [{ WORKER_DEPLOYMENT_NAME: 'checkout' }, 'WORKER_BUILD_ID is missing'],
    [{ WORKER_BUILD_ID: '1.0' }, 'WORKER_DEPLOYMENT_NAME is missing'],
    [{ TEMPORAL_DEPLOYMENT_NAME: 'shop/checkout' }, 'TEMPORAL_WORKER_BUILD_ID is missing'],
    [{ TEMPORAL_WORKER_BUILD_ID: '1.0' }, 'TEMPORAL_DEPLOYMENT_NAME is missing'],
    [{ TEMPORAL_DEPLOYMENT_NAME: 'check.out', TEMPORAL_WORKER_BUILD_ID: '1' }, 'TEMPORAL_DEPLOYMENT_NAME is wrong'],
  ])('is refused by the name of the variable for %j', (environment, message) => {
    expect(() => readWorkerDeployment(environment as Record<string, string>)).toThrow(message);
  });
});
