import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import { refusals } from '../../contracts/refusals.ts';
import { choosePort } from '../../parts/ports.ts';
import type { GrpcHandlers } from '../../platform/grpc/contract.ts';
import { serveGrpc } from '../../platform/grpc/server.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { renderMetrics } from '../../platform/metrics.ts';
import type { Running } from '../../platform/role.ts';
import { createCatalogClient } from '../../services/catalog/client.ts';
import { catalogGrpcContract } from '../../services/catalog/grpc-contract.ts';
import { readMetric } from '../metrics.ts';
import { startProcess } from './child-process.ts';
import { silent } from './service-in-process.ts';

const contract = defineHttpContract({
  name: 'library',
  version: '1.0.0',
  summary: 'Books',
  operations: {
    findBook: {
      method: 'GET',
      path: '/books/:isbn',
      access: 'public',
      summary: 'One book',
      input: z.strictObject({ isbn: z.string() }),
      output: z.object({ isbn: z.string() }),
      failures: ['NotFound'],
    },
  },
});

let server: Running;
let library: HttpClient<typeof contract>;

beforeEach(async () => {
  server = await serveHttp(
    contract,
    {
      async findBook({ isbn }) {
        if (isbn === 'lost') throw new ServiceFailure('NotFound', 'no such book');
        if (isbn === 'bug') throw new Error('a bug');
        return { isbn };
      },
    },
    { port: 0, access: 'everyone', logger: silent },
  );
  library = createHttpClient(contract, { url: server.address, failuresToOpen: 2, halfOpenAfterMilliseconds: 50 });
});

afterEach(() => server.stop());

const calls = async (side: 'client' | 'server', outcome: string) =>
  readMetric((await renderMetrics()).text, `http_${side}_request_duration_seconds_count`, {
    service: 'library',
    operation: 'findBook',
    outcome,
  }) ?? 0;

const circuit = async () => {
  const { text } = await renderMetrics();
  return ['closed', 'half-open', 'open'].filter(
    (state) => readMetric(text, 'circuit_breaker_state', { service: 'library', state }) === 1,
  );
};

describe('a call', () => {
  test.each([
    ['1', 'ok'],
    ['lost', 'NotFound'],
    ['bug', 'Internal'],
  ])('of %s is measured at both ends with the outcome %s', async (isbn, outcome) => {
    const before = [await calls('client', outcome), await calls('server', outcome)];

    await library.findBook({ isbn }).catch(() => undefined);

    expect(await calls('client', outcome)).toBe((before[0] ?? 0) + 1);
    expect(await calls('server', outcome)).toBe((before[1] ?? 0) + 1);
  });

  test('that its caller gave up is told as cancelled', async () => {
    const before = await calls('client', 'cancelled');

    await expect(library.findBook({ isbn: '1' }, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');

    expect(await calls('client', 'cancelled')).toBe(before + 1);
  });

  test('over gRPC is measured at both ends', async () => {
    const notCalled = () => Promise.reject(new Error('not called'));
    const handlers: GrpcHandlers<typeof catalogGrpcContract> = {
      quote: notCalled,
      importProducts: notCalled,
      async getProducts({ skus: [sku] }) {
        if (sku === 'lost') throw new ServiceFailure(refusals.UnknownProduct, 'no such product');
        return { products: [] };
      },
    };
    const grpc = await serveGrpc(catalogGrpcContract, handlers, { port: 0, access: 'everyone', logger: silent });
    const catalog = createCatalogClient({ url: grpc.address });

    await catalog.getProducts({ skus: ['lamp'] });
    await expect(catalog.getProducts({ skus: ['lost'] })).rejects.toBeInstanceOf(ServiceFailure);
    await grpc.stop();

    const { text } = await renderMetrics();
    for (const side of ['client', 'server']) {
      for (const outcome of ['ok', 'UnknownProduct']) {
        const labels = { service: 'catalog', operation: 'getProducts', outcome };
        expect(readMetric(text, `rpc_${side}_call_duration_seconds_count`, labels)).toBe(1);
      }
    }
  });
});

test('the state of a circuit is shown as it changes', async () => {
  expect(await circuit()).toEqual(['closed']);

  const trips = async () =>
    readMetric((await renderMetrics()).text, 'circuit_breaker_trips_total', { service: 'library' }) ?? 0;
  const before = await trips();
  for (const isbn of ['bug', 'bug']) await library.findBook({ isbn }).catch(() => undefined);
  expect(await circuit()).toEqual(['open']);
  expect((await trips()) - before).toBe(1);

  // Held back until its time is over; then one call is let through.
  while (!(await library.findBook({ isbn: '1' }).catch(() => undefined))) await new Promise(setImmediate);
  expect(await circuit()).toEqual(['closed']);
});

describe('GET /metrics', () => {
  test('is answered by an HTTP service on its own port', async () => {
    const answer = await fetch(`${server.address}/metrics`);

    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(await answer.text()).toContain('# TYPE http_server_request_duration_seconds histogram');
  });

  test('is answered by a gRPC service on METRICS_PORT, with the figures of the process', async () => {
    const port = await choosePort();
    const catalog = await startProcess('catalog', { METRICS_PORT: String(port) });

    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    const text = await answer.text();
    const other = await fetch(`http://127.0.0.1:${port}/`);
    await catalog.stop();

    expect(readMetric(text, 'process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(readMetric(text, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    expect(other.status).toBe(404);
  });

  test('a METRICS_PORT that is taken ends the process with one line that says so', async () => {
    const taken = new URL(server.address).port;

    const started = startProcess('catalog', { METRICS_PORT: taken });

    await expect(started).rejects.toThrow(
      `ended with 2: catalog: METRICS_PORT is wrong: cannot listen on 127.0.0.1:${taken} (listen EADDRINUSE`,
    );
  });
});
