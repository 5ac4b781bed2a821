import './traced.ts';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from '@temporalio/client';
import { execa } from 'execa';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import { cart } from '../../demo/shop.ts';
import { waitUntil } from '../../parts/wait.ts';
import { createLogger } from '../../platform/logging.ts';
import { startTracing } from '../../platform/trace-export.ts';
import { inSpan, traceHeaders } from '../../platform/tracing.ts';
import { openClients } from '../clients.ts';
import { type EventRecorder, recordEvents } from '../event-recorder.ts';

interface Span {
  /** The process that has made it. */
  readonly process: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

interface ExportRequest {
  readonly resourceSpans: {
    readonly resource: { readonly attributes: Attribute[] };
    readonly scopeSpans: { readonly spans: Omit<Span, 'process'>[] }[];
  }[];
}

let connection: Connection;
let checkouts: CheckoutClient;
let listener: EventRecorder;
let stopTracing: () => Promise<void>;

beforeAll(async () => {
  ({ stop: stopTracing } = await startTracing('test', createLogger('test')));
  ({ connection, checkouts } = await openClients());
  listener = await recordEvents(process.env['AMQP_URL'] ?? '');
});

afterAll(async () => {
  await listener?.close();
  await connection?.close();
  await stopTracing?.();
});

/** What the processes have written of one trace so far. */
async function spansOf(traceId: string): Promise<Span[]> {
  const lines = (await readFile(process.env['OTEL_TRACES_FILE'] ?? '', 'utf8')).trimEnd().split('\n');
  return lines
    .filter((line) => line.includes(traceId))
    .flatMap((line) => (JSON.parse(line) as ExportRequest).resourceSpans)
    .flatMap(({ resource, scopeSpans }) => {
      const name = resource.attributes.find(({ key }) => key === 'service.name');
      return scopeSpans.flatMap(({ spans }) =>
        spans.map((span) => ({ ...span, process: name?.value.stringValue ?? '' })),
      );
    })
    .filter((span) => span.traceId === traceId);
}

/** The spans from one up to the root, by process and name. */
function wayUp(spans: readonly Span[], from: Span): string[] {
  const way: string[] = [];
  for (let span: Span | undefined = from; span; ) {
    way.push(`${span.process}: ${span.name}`);
    const { parentSpanId }: Span = span;
    span = spans.find(({ spanId }) => spanId === parentSpanId);
  }
  return way;
}

describe('one trace', () => {
  test('goes from the client through workflow, services and broker to the SQL of the consumers', async () => {
    const checkoutId = `traced-${randomUUID()}`;
    const traceId = await inSpan({ name: 'buy two lamps', kind: 'INTERNAL' }, async () => {
      await checkouts.startCheckout(cart(checkoutId));
      return traceHeaders()['traceparent']?.split('-')[1] ?? '';
    });
    const isOurs = ({ subject }: { subject: string }) => subject === checkoutId;
    const { traceparent } = await listener.waitFor('PaymentProcessed', isOurs);
    const sent = await listener.waitFor('NotificationSent', isOurs);
    await checkouts.waitForResult(checkoutId);
    let spans: Span[] = [];
    const find = (process: string, name: string) =>
      spans.filter((span) => span.process === process && span.name === name);
    const isThere = async () => {
      spans = await spansOf(traceId);
      return (
        find('ledger-consumer', 'postgresql commit').length > 0 &&
        find('notification-consumer', 'send integration.events').length > 0
      );
    };
    expect(await waitUntil(isThere, { within: 20_000, every: 100 })).toBe(true);

    const [journal] = find('ledger-consumer', 'postgresql insert').filter(({ parentSpanId }) =>
      find('ledger-consumer', 'process ledger.events.v1').some(({ spanId }) => spanId === parentSpanId),
    );
    expect(wayUp(spans, journal as Span)).toEqual([
      'ledger-consumer: postgresql insert',
      'ledger-consumer: process ledger.events.v1',
      'checkout-worker: send integration.events',
      'checkout-worker: RunActivity:publishMilestones',
      'test: UpdateWithStartWorkflow:answer',
      'test: buy two lamps',
    ]);
    const [order] = find('orders', 'orders.placeOrder');
    expect(wayUp(spans, order as Span)).toEqual([
      'orders: orders.placeOrder',
      'checkout-worker: orders.placeOrder',
      'checkout-worker: RunActivity:placeOrder',
      'test: UpdateWithStartWorkflow:answer',
      'test: buy two lamps',
    ]);
    for (const served of ['customers.findCustomer', 'catalog.quote', 'inventory.reserve', 'payments.authorize']) {
      expect(find(served.split('.')[0] ?? '', served)).not.toEqual([]);
    }
    expect(traceparent).toContain(traceId);
    expect(sent.traceparent).toContain(traceId);
  });
});

test('the command line begins a trace of its own', async () => {
  const { checkoutId } = await checkouts.startCheckout(cart(`traced-${randomUUID()}`));

  const { exitCode } = await execa('node', ['client/command-line/main.ts', 'status', checkoutId], {
    env: { NODE_OPTIONS: '' },
  });

  expect(exitCode).toBe(0);
  const written = await readFile(process.env['OTEL_TRACES_FILE'] ?? '', 'utf8');
  const ofCommand = written.split('\n').filter((line) => line.includes('"stringValue":"command-line"'));
  expect(ofCommand.join()).toContain('api.readProcess');
});

test('every process shows its metrics where the addresses say', async () => {
  const named = Object.entries(process.env).filter(([name]) => name.endsWith('_METRICS_URL'));
  const texts = new Map(
    await Promise.all(
      named.map(async ([name, url]): Promise<[string, string]> => [name, await (await fetch(url ?? '')).text()]),
    ),
  );

  for (const [name, text] of texts) {
    if (!name.includes('TEMPORAL'))
      expect([name, text]).toEqual([name, expect.stringContaining('process_cpu_seconds_total')]);
  }
  expect(texts.get('ORDERS_METRICS_URL')).toContain('http_server_request_duration_seconds_count{');
  expect(texts.get('CATALOG_METRICS_URL')).toContain('rpc_server_call_duration_seconds_count{');
  expect(texts.get('LEDGER_CONSUMER_METRICS_URL')).toContain('messaging_dead_letters{queue="ledger.events.v1.dead"} 0');
  expect(texts.get('BRIDGE_WORKER_METRICS_URL')).toMatch(/^messaging_unrouted_events \d+$/m);
  expect(texts.get('CHECKOUT_WORKER_METRICS_URL')).toContain(
    'circuit_breaker_state{service="payments",state="closed"} 1',
  );
  expect(texts.get('CHECKOUT_WORKER_TEMPORAL_METRICS_URL')).toContain('temporal_workflow_completed_total');
});
