import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from '@temporalio/client';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import { cart } from '../../demo/shop.ts';
import { auditWhenQuiet } from '../../ops/audit/books.ts';
import type { System } from '../../ops/system/system.ts';
import { waitUntil } from '../../parts/wait.ts';
import { type RoleName, roleNames, roleOf } from '../../roles/roles.ts';
import { openClients } from '../clients.ts';
import { readMetric } from '../metrics.ts';
import { newFolder, startShopSystem } from '../setup/shop-system.ts';

/** The roles as `npm start` groups them: the workers in one process, all others in another one. */

let system: System;
let checkouts: CheckoutClient;
let connection: Connection;
let traces: string;
let folder: string;

beforeAll(async () => {
  const dataDirectory = await newFolder();
  folder = dataDirectory;
  traces = path.join(dataDirectory, 'traces.jsonl');
  system = await startShopSystem({ alone: [], dataDirectory, environment: { OTEL_TRACES_FILE: traces } });
  ({ connection, checkouts } = await openClients(system.addresses));
}, 120_000);

afterAll(async () => {
  await connection?.close();
  await system?.stop();
}, 60_000);

async function complete(checkoutId: string): Promise<void> {
  await checkouts.startCheckout(cart(checkoutId));
  expect(await checkouts.waitForResult(checkoutId)).toMatchObject({ outcome: 'completed' });
}

const ofKind = (kind: string) => roleNames.filter((name) => roleOf(name).kind === kind);

async function metricsOf(name: RoleName): Promise<string> {
  const address = system.addresses[`${name.toUpperCase().replaceAll('-', '_')}_METRICS_URL`];
  return (await fetch(String(address))).text();
}

test('the workers share a process, all others share one, and a checkout goes through both', async () => {
  await complete('grouped');

  const workers = new Set(ofKind('worker').map((name) => system.processId(name)));
  const all = new Set(roleNames.map((name) => system.processId(name)));
  expect([workers.size, all.size]).toEqual([1, 2]);
  const audit = await auditWhenQuiet(system.addresses['DATABASE_URL'] ?? '', 60_000);
  expect(audit.filter(({ holds }) => !holds)).toEqual([]);
});

test('the core of a process shows its metrics at the address of each of its workers', async () => {
  const names = ofKind('worker').map((name) => `${name.toUpperCase().replaceAll('-', '_')}_TEMPORAL_METRICS_URL`);
  for (const name of names) {
    const text = await (await fetch(String(system.addresses[name]))).text();
    expect(readMetric(text, 'temporal_workflow_completed_total')).toBeGreaterThan(0);
  }
});

test('other users of the machine read no history, no log and no token', async () => {
  const entries = await readdir(folder, { recursive: true });
  const secret = entries.filter((entry) => /temporal\.db|\.log$|\.token$|key\.json$|addresses\.json$/.test(entry));
  expect(secret).toEqual(
    expect.arrayContaining(['temporal.db', 'access/key.json', 'addresses.json', 'logs/postgres.log']),
  );
  const modes = await Promise.all(
    secret.map(async (entry) => [entry, (await stat(path.join(folder, entry))).mode & 0o077]),
  );
  expect(modes.filter(([, mode]) => mode !== 0)).toEqual([]);
});

describe('a role that shares its process', () => {
  test.each(['customers', 'orders', 'inventory', 'payments'] as const)(
    '%s shows the calls that it has answered, and no other ones',
    async (service) => {
      const text = await metricsOf(service);
      const answered = readMetric(text, 'http_server_request_duration_seconds_count');
      expect(answered).toBeGreaterThan(0);
      expect(readMetric(text, 'http_server_request_duration_seconds_count', { service })).toBe(answered);
    },
  );

  test('shows its metrics on a port of its own where it speaks no HTTP', async () => {
    const text = await metricsOf('catalog');
    expect(readMetric(text, 'rpc_server_call_duration_seconds_count', { service: 'catalog' })).toBeGreaterThan(0);
    expect(readMetric(text, 'http_server_request_duration_seconds_count')).toBeUndefined();
  });

  test.each([
    ['billing-consumer', 'billing', 1],
    ['communities-consumer', 'communities', 1],
    ['ledger-consumer', 'ledger', 1],
    ['notification-consumer', 'notification', 2],
    ['order-history-consumer', 'order-history', 1],
  ] as const)('%s shows what it has consumed, and no other one', async (name, consumer, subscriptions) => {
    const text = await metricsOf(name);
    const handled = readMetric(text, 'messaging_process_duration_seconds_count', { outcome: 'handled' });
    expect(handled).toBeGreaterThan(0);
    expect(readMetric(text, 'messaging_process_duration_seconds_count', { consumer, outcome: 'handled' })).toBe(
      handled,
    );
    expect(readMetric(text, 'messaging_consumer_subscriptions')).toBe(subscriptions);
    expect(readMetric(text, 'messaging_broker_connections', { state: 'connected' })).toBe(1);
  });

  test('shows a connection to the broker only where it has one, and the memory of the process that it shares', async () => {
    const [ledger, customers] = await Promise.all([metricsOf('ledger'), metricsOf('customers')]);
    expect(readMetric(ledger, 'messaging_broker_connections', { state: 'connected' })).toBeUndefined();
    expect(readMetric(customers, 'messaging_broker_connections', { state: 'connected' })).toBe(1);
    for (const text of [ledger, customers]) {
      expect(readMetric(text, 'process_resident_memory_bytes')).toBeGreaterThan(0);
    }
  });

  test('shows the circuits of its own clients', async () => {
    const [reviews, ledger] = await Promise.all([metricsOf('reviews'), metricsOf('ledger')]);
    expect(readMetric(reviews, 'circuit_breaker_state', { service: 'catalog', state: 'closed' })).toBe(1);
    expect(readMetric(ledger, 'circuit_breaker_state')).toBeUndefined();
  });

  test('tells its spans under its own name', async () => {
    const told = await spans();
    const servers = told.filter(({ kind, name }) => kind === server && /^[a-z-]+\.[a-zA-Z]+$/.test(name));
    expect(servers.filter(({ role, name }) => name.split('.')[0] !== role)).toEqual([]);
    const names = [...ofKind('service').filter((name) => servers.some(({ role }) => role === name))];
    expect(names).toEqual(expect.arrayContaining(['customers', 'catalog', 'orders', 'inventory', 'payments']));
    const consuming = told
      .filter(({ name }) => name.startsWith('process '))
      .map(({ role, name }) => `${role}: ${name}`);
    expect([...new Set(consuming)].sort()).toEqual([
      'billing-consumer: process billing.events.v1',
      'communities-consumer: process communities.events.v1',
      'ledger-consumer: process ledger.events.v1',
      'notification-consumer: process notification.events.v1',
      'order-history-consumer: process order-history.events.v1',
    ]);
  });

  test('cannot be killed or stopped alone', () => {
    expect(() => system.kill('orders')).toThrow('orders shares its process with others');
    expect(() => system.stopRole('orders')).toThrow('orders shares its process with others');
  });
});

test('a process that dies is started again with all of its roles', async () => {
  const before = Number(system.processId('orders'));

  process.kill(before, 'SIGKILL');

  const answers = async (name: RoleName) => {
    const answer = await fetch(`${system.addresses[String(roleOf(name).address)]}/health`).catch(() => undefined);
    return answer?.ok ?? false;
  };
  const isBack = async () => {
    const now = system.processId('orders');
    return now !== undefined && now !== before && (await answers('orders')) && (await answers('order-history'));
  };
  expect(await waitUntil(isBack, { within: 60_000 })).toBe(true);
  await complete('grouped-again');
}, 120_000);

/** As OTLP counts them. */
const server = 2;

interface Span {
  readonly role: string;
  readonly name: string;
  readonly kind: number;
}

interface ExportRequest {
  readonly resourceSpans: {
    readonly resource: { readonly attributes: { key: string; value: { stringValue?: string } }[] };
    readonly scopeSpans: { readonly spans: Omit<Span, 'role'>[] }[];
  }[];
}

/** All that the roles have told so far. */
async function spans(): Promise<Span[]> {
  const lines = (await readFile(traces, 'utf8')).trimEnd().split('\n');
  return lines
    .flatMap((line) => (JSON.parse(line) as ExportRequest).resourceSpans)
    .flatMap(({ resource, scopeSpans }) => {
      const role = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
      return scopeSpans.flatMap((scope) => scope.spans.map(({ name, kind }) => ({ role, name, kind })));
    });
}
