import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { cart } from '../../demo/shop.ts';
import { prometheusPrograms } from '../../ops/deployment/check/tools.ts';
import { dashboardQueries } from '../../ops/deployment/dashboards/index.ts';
import { ruleQueries } from '../../ops/deployment/metric-names.ts';
import { choosePort } from '../../parts/ports.ts';
import { waitUntil } from '../../parts/wait.ts';
import { openClients } from '../clients.ts';

/** A real Prometheus reads the metrics of the running system; each query of a dashboard finds something. */

const rules = fileURLToPath(new URL('../../deploy/observe/rules/durable-checkout.yaml', import.meta.url));
let folder: string;
let address: string;
let prometheus: { kill(signal: NodeJS.Signals): unknown } & PromiseLike<unknown>;

/** Every address of metrics with the role that it is of. */
const targets = () =>
  Object.entries(process.env).flatMap(([name, url]) => {
    const [, role] = /^([A-Z_]+?)(?:_TEMPORAL)?_METRICS_URL$/.exec(name) ?? [];
    if (!role || !url) return [];
    return [{ targets: [new URL(url).host], labels: { role: role.toLowerCase().replaceAll('_', '-') } }];
  });

beforeAll(async () => {
  const programs = await prometheusPrograms(() => undefined);
  folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-prometheus-'));
  const configuration = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [rules],
    scrape_configs: [{ job_name: 'durable-checkout', static_configs: targets() }],
  };
  // JSON is YAML.
  await writeFile(path.join(folder, 'prometheus.yml'), JSON.stringify(configuration));
  const port = await choosePort();
  address = `http://127.0.0.1:${port}`;
  prometheus = execa(
    programs.prometheus,
    [
      `--config.file=${path.join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { reject: false, stdio: 'ignore' },
  );
  const isReady = () =>
    fetch(`${address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  expect(await waitUntil(isReady, { within: 30_000, every: 100 })).toBe(true);
}, 300_000);

afterAll(async () => {
  prometheus?.kill('SIGTERM');
  await prometheus;
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** How many series a query finds now. */
async function seriesOf(expression: string): Promise<number> {
  const query = expression.replaceAll('$__rate_interval', '1m');
  const answer = await fetch(`${address}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query }) });
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
  for (const query of ruleQueries(await readFile(rules, 'utf8')))
    expect(await seriesOf(query)).toBeGreaterThanOrEqual(0);
});
