import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, type Connection } from '@temporalio/client';
import { execa } from 'execa';
import { CheckoutClient } from '../../client/checkout-client.ts';
import { registerSearchAttributes } from '../../client/search-attributes.ts';
import type { ServiceClients } from '../../client/services.ts';
import { cart } from '../../demo/shop.ts';
import { choosePort } from '../../parts/ports.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { RoleName } from '../../roles/roles.ts';
import { checkoutWorkflow, checkoutWorkflowId } from '../../workflows/checkout/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { identityOf, openClients } from '../clients.ts';
import { readMetric } from '../metrics.ts';
import { type ChildProcess, startProcess } from '../services/child-process.ts';

/** The workers as they are started in production, in a namespace of their own: no other worker takes their tasks. */

const namespace = `wired-${randomUUID()}`;
let services: ServiceClients;
let connection: Connection;
let client: Client;
let checkouts: CheckoutClient;
const running: ChildProcess[] = [];

beforeAll(async () => {
  ({ services, connection } = await openClients());
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  client = new Client({ connection, namespace });
  checkouts = new CheckoutClient(client, services.orders);
  const isThere = () =>
    registerSearchAttributes(connection, namespace).then(
      () => true,
      () => false,
    );
  expect(await waitUntil(isThere, { within: 30_000, every: 200 })).toBe(true);
}, 60_000);

afterEach(async () => {
  await Promise.all(running.splice(0).map((worker) => worker.stop()));
});

afterAll(() => connection?.close());

/** What the system says to its workers. */
const known = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^([A-Z]+_URL|TEMPORAL_ADDRESS)$/.test(name)),
  ) as Record<string, string>;

/** Why a worker is not ready; `ready` when it is. */
const readinessOf = async (port: string | undefined) => (await fetch(`http://127.0.0.1:${port}/readyz`)).text();

/** @returns reads its metrics: its own and those of the SDK's core */
async function start(name: RoleName, more: Readonly<Record<string, string>> = {}): Promise<() => Promise<string>> {
  const [own, core] = [await choosePort(), await choosePort()];
  const ports = { METRICS_PORT: String(own), TEMPORAL_METRICS_PORT: String(core) };
  const environment = { ...known(), ...identityOf(name), TEMPORAL_NAMESPACE: namespace, ...ports, ...more };
  running.push(await startProcess(name, environment));
  expect(await readinessOf(ports.METRICS_PORT)).toBe('ready\n');
  return async () => {
    const texts = [own, core].map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
    return (await Promise.all(texts)).join('\n');
  };
}

const placed = () => cart(`wired-${randomUUID()}`, { lines: [{ sku: 'product-1', quantity: 1 }] });

describe('the worker of checkouts and the bridge', () => {
  test('carry a checkout to its end, its events to the broker, and say so in their metrics', async () => {
    // The worker of the checkouts publishes by itself where it reaches the broker.
    const noBroker = { AMQP_URL: `amqp://127.0.0.1:${await choosePort()}` };
    const [, bridge] = await Promise.all([start('checkout-worker', noBroker), start('bridge-worker')]);
    const input = placed();

    await checkouts.startCheckout(input);

    expect(await checkouts.waitForResult(input.checkoutId)).toMatchObject({ outcome: 'completed' });
    const isBooked = async () =>
      (await services.ledger.listJournals({ subject: `order/${input.checkoutId}` })).journals.length === 1;
    expect(await waitUntil(isBooked, { within: 30_000 })).toBe(true);
    const text = await bridge();
    expect(readMetric(text, 'temporal_activity_task_received_total', { task_queue: 'bridge' })).toBeGreaterThan(0);
    expect(readMetric(text, 'temporal_activity_execution_failed_total')).toBeUndefined();
  });
});

describe('MAX_CACHED_WORKFLOWS', () => {
  const open = 8;

  /** Every one of them tries for half a minute to reach the orders. */
  const away = { ORDERS_URL: 'http://127.0.0.1:1', PAYMENTS_URL: 'http://127.0.0.1:1' };

  test.each([
    ['3', 3],
    [undefined, open],
  ])('%s: so many open checkouts are kept in memory: %d', async (setting, cached) => {
    const metrics = await start('checkout-worker', { ...away, ...(setting && { MAX_CACHED_WORKFLOWS: setting }) });
    const handles = await Promise.all(
      Array.from({ length: open }, () => {
        const input = placed();
        const workflowId = checkoutWorkflowId(input.checkoutId);
        return client.workflow.start(checkoutWorkflow, { workflowId, taskQueue: taskQueues.checkout, args: [input] });
      }),
    );

    const sizes: number[] = [];
    const isSettled = async () => {
      const text = await metrics();
      sizes.push(readMetric(text, 'temporal_sticky_cache_size') ?? 0);
      const evicted = readMetric(text, 'temporal_sticky_cache_total_forced_eviction_total') ?? 0;
      return sizes.at(-1) === cached && (cached === open) === (evicted === 0);
    };

    expect(await waitUntil(isSettled, { within: 30_000, every: 50 })).toBe(true);
    await Promise.all(handles.map((handle) => handle.terminate('in a test')));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(cached);
  });

  test.each(['0', 'many', '1.5'])('%s is refused by name, before anything is connected', async (setting) => {
    const environment = { ...known(), TEMPORAL_ADDRESS: '127.0.0.1:1', MAX_CACHED_WORKFLOWS: setting };
    const { exitCode, stderr } = await execa('node', ['roles/main.ts', 'checkout-worker'], {
      env: { PATH: process.env['PATH'], ...environment },
      extendEnv: false,
      reject: false,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('MAX_CACHED_WORKFLOWS');
  });
});
