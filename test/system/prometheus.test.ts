import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cart } from '../../demo/shop.ts';
import { dashboardQueries } from '../../ops/deployment/dashboards/index.ts';
import { ruleQueries } from '../../ops/deployment/metric-names.ts';
import { type RunningPrometheus, ruleFiles, startPrometheus } from '../../ops/observe/prometheus.ts';
import { waitUntil } from '../../parts/wait.ts';
import { openClients } from '../clients.ts';

/** A real Prometheus reads the metrics of the running system; each query of a dashboard finds something. */

let folder: string;
let prometheus: RunningPrometheus;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-prometheus-'));
  prometheus = await startPrometheus({ addresses: process.env, folder, interval: '1s', report: () => undefined });
}, 300_000);

afterAll(async () => {
  await prometheus?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** How many series a query finds now. */
async function seriesOf(expression: string): Promise<number> {
  const query = expression.replaceAll('$__rate_interval', '1m');
  const answer = await fetch(`${prometheus.url}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query }),
  });
  const { status, error, data } = (await answer.json()) as {
    readonly status: string;
    readonly error?: string;
    readonly data?: { readonly result: readonly unknown[] };
  };
  if (status !== 'success') throw new Error(`${query}: ${error}`);
  return data?.result.length ?? 0;
}

test('each query of the dashboards finds something in a running system', async () => {
  const { checkouts, connection } = await openClients();
  const run = async (more: object = {}) => {
    const { checkoutId } = await checkouts.startCheckout(cart(`observed-${randomUUID()}`, more));
    await checkouts.waitForResult(checkoutId);
  };
  await Promise.all([run(), run(), run({ paymentMethod: 'pm_card_chargeDeclined' })]);
  await connection.close();

  let empty: string[] = [];
  const allFound = async () => {
    const found = await Promise.all(
      dashboardQueries().map(async ({ panel, expression }) => ((await seriesOf(expression)) > 0 ? [] : [panel])),
    );
    empty = found.flat();
    return empty.length === 0;
  };
  await waitUntil(allFound, { within: 40_000, every: 1_000 });
  expect(empty).toEqual([]);
}, 120_000);

test('every rule can be evaluated', async () => {
  const texts = await Promise.all(ruleFiles.map((file) => readFile(file, 'utf8')));
  for (const query of texts.flatMap(ruleQueries)) expect(await seriesOf(query)).toBeGreaterThanOrEqual(0);
});
