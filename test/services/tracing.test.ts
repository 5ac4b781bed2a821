import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { z } from 'zod';
import { asSubject, subjectOfLog } from '../../platform/access/subject.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { defineHttpContract } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { startTracing } from '../../platform/trace-export.ts';
import { inTraceOf, traceHeaders, traceOfLog } from '../../platform/tracing.ts';
import { createCatalogClient } from '../../services/catalog/client.ts';
import { ordersContract } from '../../services/orders/contract.ts';
import { tokenOf } from '../identities.ts';
import { type ChildProcess, startProcess } from './child-process.ts';
import { silent } from './service-in-process.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

interface ExportRequest {
  readonly resourceSpans: {
    readonly resource: { readonly attributes: Span['attributes'] };
    readonly scopeSpans: { readonly spans: Span[] }[];
  }[];
}

let child: ChildProcess | undefined;
let collector: Server | undefined;

beforeAll(async () => {
  await startTracing('test', silent);
});

afterEach(async () => {
  await child?.stop();
  child = undefined;
  collector?.close();
  collector = undefined;
});

/** A collector that keeps what it is sent. */
async function startCollector() {
  const requests: {
    readonly url: string | undefined;
    readonly key: string | undefined;
    readonly body: ExportRequest;
  }[] = [];
  const server = createServer(async (request, answer) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString('utf8'));
    requests.push({ url: request.url, key: request.headers.authorization, body });
    answer.end('{}');
  });
  collector = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

test('a process that keeps no spans hands on the trace of its caller', async () => {
  const contract = defineHttpContract({
    name: 'echo',
    version: '1.0.0',
    summary: 'Tells the trace',
    operations: {
      trace: {
        method: 'POST',
        path: '/traces',
        access: 'public',
        summary: 'The trace',
        input: z.strictObject({}),
        output: z.object({ traceparent: z.string().optional(), trace_id: z.string().optional() }),
        failures: [],
      },
    },
  });
  const server = await serveHttp(
    contract,
    { trace: async () => ({ ...traceHeaders(), ...traceOfLog() }) },
    { port: 0, access: 'everyone', logger: silent },
  );
  const echo = createHttpClient(contract, { url: server.address });

  const inside = await inTraceOf({ traceparent }, () => echo.trace({}));
  const outside = await echo.trace({});
  await server.stop();

  expect(inside).toEqual({ traceparent, trace_id: traceId });
  expect(outside).toEqual({});
});

test('a process sends its spans to a collector, its queries without their parameters, and its log tells the trace', async () => {
  const { url, requests } = await startCollector();
  child = await startProcess('orders', {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20key',
    LOG_LEVEL: 'debug',
  });
  const orders = createHttpClient(ordersContract, { url: child.address, token: tokenOf('checkout-worker') });

  const unknown = { orderId: 'order-unknown' };
  const call = inTraceOf({ traceparent }, () => orders.findOrder(unknown, { correlationId: 'checkout-1' }));
  await expect(call).rejects.toMatchObject({ type: 'NotFound' });
  const log = await child.stop();
  child = undefined;

  expect(new Set(requests.map((request) => `${request.url} ${request.key}`))).toEqual(
    new Set(['/v1/traces Bearer key']),
  );
  const resources = requests.flatMap(({ body }) => body.resourceSpans);
  expect(attribute(resources[0]?.resource.attributes, 'service.name')).toBe('orders');
  const spans = resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const served = spans.find(({ name }) => name === 'orders.findOrder');
  expect(served).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331', kind: 2 });
  expect(attribute(served?.attributes, 'error.type')).toBe('NotFound');
  const query = spans.find(({ parentSpanId }) => parentSpanId === served?.spanId);
  expect(query).toMatchObject({ traceId, name: 'postgresql select', kind: 3 });
  expect(attribute(query?.attributes, 'db.query.text')).toContain('from orders');
  expect(JSON.stringify(query)).not.toContain('order-unknown');
  const lines = log.split('\n').map((line): Record<string, unknown> => JSON.parse(line));
  expect(lines.find(({ failure }) => failure === 'NotFound')).toMatchObject({
    trace_id: traceId,
    correlationId: 'checkout-1',
    subject: 'checkout-worker',
  });
  expect(attribute(served?.attributes, 'enduser.id')).toBe('checkout-worker');
  expect(log + JSON.stringify(requests.map(({ body }) => body))).not.toMatch(/eyJ[\w-]+\.|Bearer/);
});

test('a line that is logged while a call is answered, and one about how it failed, name who calls, over HTTP and gRPC', async () => {
  child = await startProcess('catalog', { LOG_LEVEL: 'debug' });
  const catalog = createCatalogClient({ url: child.address, token: tokenOf('checkout-worker') });
  const lookedFor = { lines: [{ sku: 'unknown', quantity: 1 }], currency: 'USD' as const, country: 'US' };
  await expect(catalog.quote(lookedFor)).rejects.toMatchObject({ type: 'UnknownProduct' });
  const failed = (await child.stop()).split('\n').find((line) => line.includes('UnknownProduct'));
  child = undefined;
  expect(JSON.parse(failed ?? '{}')).toMatchObject({ failure: 'UnknownProduct', subject: 'checkout-worker' });

  const lines: string[] = [];
  const logger = pino({ mixin: subjectOfLog }, { write: (line: string) => void lines.push(line) });
  const principal = { subject: 'olga', issuer: 'https://issuer.example', name: 'Olga Operator', roles: [] };
  asSubject(principal, () => logger.info('inside'));
  logger.info('outside');
  expect(lines.map((line) => JSON.parse(line)['subject'])).toEqual(['olga', undefined]);
  expect(lines.join('')).not.toContain('Olga Operator');
});

test('a collector that is away harms nothing but the spans, and the log says so once', async () => {
  child = await startProcess('orders', {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_BSP_SCHEDULE_DELAY: '1',
    LOG_LEVEL: 'warn',
  });
  const orders = createHttpClient(ordersContract, { url: child.address, token: tokenOf('checkout-worker') });
  const unknown = { orderId: 'order-unknown' };

  for (let call = 0; call < 3; call++) {
    await expect(orders.findOrder(unknown)).rejects.toMatchObject({ type: 'NotFound' });
  }
  const log = await child.stop();
  child = undefined;

  expect(log.match(/spans cannot be handed over; they are lost/g)).toHaveLength(1);
});

test('a wrong address of the collector ends the process with one line that says so', async () => {
  await expect(startProcess('orders', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' })).rejects.toThrow(
    /^it ended with 2: orders: OTEL_EXPORTER_OTLP_ENDPOINT is wrong: use the address of a collector[^\n]*$/,
  );
});

const attribute = (attributes: Span['attributes'] | undefined, name: string) =>
  attributes?.find(({ key }) => key === name)?.value.stringValue;
