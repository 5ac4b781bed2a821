import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { execa } from 'execa';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import { cart } from '../../demo/shop.ts';
import type { System } from '../../ops/system/system.ts';
import { waitUntil } from '../../parts/wait.ts';
import { checkoutWorkflowId } from '../../workflows/checkout/messages.ts';
import { openClients } from '../clients.ts';
import { newFolder, startShopSystem } from '../setup/shop-system.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const deploymentName = 'checkout';

let system: System;
let connection: Connection;
let temporal: Client;
let checkouts: CheckoutClient;
let changedBundle: string;

beforeAll(async () => {
  const dataDirectory = await newFolder();
  system = await startShopSystem({ dataDirectory });
  ({ connection, temporal, checkouts } = await openClients(system.addresses));

  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('changed/index.ts', import.meta.url)),
    logger: new DefaultLogger('WARN'),
  });
  changedBundle = path.join(dataDirectory, 'changed-workflows.js');
  await writeFile(changedBundle, code);
}, 120_000);

afterAll(async () => {
  await connection?.close();
  await system?.stop();
}, 60_000);

/** Starts a worker of this version beside those that run, and gives it the checkouts that begin from now on. */
async function roll(buildId: string, environment: Record<string, string> = {}): Promise<void> {
  await system
    .another('checkout-worker', {
      WORKER_DEPLOYMENT_NAME: deploymentName,
      WORKER_BUILD_ID: buildId,
      ...environment,
    })
    .start();
  const { namespace } = temporal.options;
  // The server knows a version only after its worker has polled.
  const isCurrent = () =>
    connection.workflowService.setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId }).then(
      () => true,
      () => false,
    );
  expect(await waitUntil(isCurrent, { within: 30_000, every: 200 })).toBe(true);
}

/** Places a checkout that waits until its customer confirms the payment to the bank; returns what they do there. */
async function placeWaiting(checkoutId: string): Promise<() => Promise<void>> {
  const { waitingFor } = await checkouts.startCheckout(
    cart(checkoutId, { paymentMethod: 'pm_card_authenticationRequired' }),
  );
  return async () => {
    const { ok } = await fetch(waitingFor?.url ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcome: 'complete' }),
    });
    expect(ok).toBe(true);
  };
}

/** The versions that the tasks of a checkout ran on, and the one it stays with. */
async function versionsOf(checkoutId: string): Promise<{ ran: string[]; pinnedTo: string | null | undefined }> {
  const handle = temporal.workflow.getHandle(checkoutWorkflowId(checkoutId));
  const { events } = await handle.fetchHistory();
  const ran = (events ?? []).flatMap(
    ({ workflowTaskCompletedEventAttributes: task }) => task?.deploymentVersion?.buildId ?? [],
  );
  const { raw } = await handle.describe();
  const pinnedTo = raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
  return { ran: [...new Set(ran)], pinnedTo };
}

test('a checkout that waits for its customer ends on the version that began it, new ones run on the next version', async () => {
  const confirmUnversioned = await placeWaiting('deploy-unversioned');
  await system.stopRole('checkout-worker');

  await roll('1.0');
  const confirmWaiting = await placeWaiting('deploy-waiting');

  // What no version has begun goes to the current one. It ends before the next version, which it does not fit.
  await confirmUnversioned();
  expect(await checkouts.waitForResult('deploy-unversioned')).toMatchObject({ outcome: 'completed' });
  expect(await versionsOf('deploy-unversioned')).toEqual({ ran: ['1.0'], pinnedTo: '1.0' });

  await roll('2.0', { WORKFLOW_BUNDLE: changedBundle });
  await checkouts.startCheckout(cart('deploy-next'));
  expect(await checkouts.waitForResult('deploy-next')).toMatchObject({ outcome: 'completed' });
  expect(await versionsOf('deploy-next')).toEqual({ ran: ['2.0'], pinnedTo: '2.0' });

  await confirmWaiting();
  expect(await checkouts.waitForResult('deploy-waiting')).toMatchObject({ outcome: 'completed' });
  expect(await versionsOf('deploy-waiting')).toEqual({ ran: ['1.0'], pinnedTo: '1.0' });
}, 180_000);

test.each([
  [{ WORKER_DEPLOYMENT_NAME: 'checkout' }, 'WORKER_BUILD_ID is missing'],
  [{ WORKER_BUILD_ID: '1.0' }, 'WORKER_DEPLOYMENT_NAME is missing'],
  [{ WORKER_DEPLOYMENT_NAME: 'check.out', WORKER_BUILD_ID: '1.0' }, 'WORKER_DEPLOYMENT_NAME is wrong'],
])('a worker with %j does not start and says why', async (environment, message) => {
  const { exitCode, stderr } = await execa('node', ['roles/main.ts', 'checkout-worker'], {
    cwd: project,
    env: { ...system.addresses, ...environment, NODE_OPTIONS: '' },
    reject: false,
  });
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
});
