import { once } from 'node:events';
import { connect } from 'node:http2';
import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { type FailureType, failures } from '../../contracts/catalogue.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { refusals } from '../../contracts/refusals.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { GrpcHandlers } from '../../platform/grpc/contract.ts';
import { fromConnectError, toConnectError } from '../../platform/grpc/failure.ts';
import { Health } from '../../platform/grpc/generated/health_pb.ts';
import { serveGrpc } from '../../platform/grpc/server.ts';
import type { CallContext } from '../../platform/http/contract.ts';
import type { Running } from '../../platform/role.ts';
import { createCatalogClient } from '../../services/catalog/client.ts';
import type { CatalogClient } from '../../services/catalog/contract.ts';
import { Catalog, GetProductsRequestSchema, QuoteRequestSchema } from '../../services/catalog/generated/catalog_pb.ts';
import { catalogGrpcContract } from '../../services/catalog/grpc-contract.ts';
import { silent } from './service-in-process.ts';

type Handlers = GrpcHandlers<typeof catalogGrpcContract>;

const notCalled = () => Promise.reject(new Error('not called'));
const handlersOf = (getProducts: Handlers['getProducts']): Handlers => ({
  quote: notCalled,
  importProducts: notCalled,
  getProducts,
});
const serve = (getProducts: Handlers['getProducts'], options: Partial<Parameters<typeof serveGrpc>[2]> = {}) =>
  serveGrpc(catalogGrpcContract, handlersOf(getProducts), { port: 0, access: 'everyone', logger: silent, ...options });

let server: Running;
let client: CatalogClient;
let answer: (context: CallContext) => Promise<unknown> = notCalled;
let healthy = true;
const lines: string[] = [];

beforeAll(async () => {
  server = await serve(
    async (_, context) => {
      await answer(context);
      return { products: [] };
    },
    {
      logger: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
      check: async () => {
        if (!healthy) throw new Error('no database');
      },
    },
  );
  client = createCatalogClient({ url: server.address, failuresToOpen: 1_000 });
});

afterAll(() => server.stop());

const call = (options = {}) => client.getProducts({ skus: ['a'] }, options);
const port = ({ address }: Running) => Number(new URL(address).port);

describe('a failure', () => {
  test.each(Object.keys(failures) as FailureType[])('%s arrives as it was thrown', async (type) => {
    const detail = { field: 'skus.0', retryAfterMilliseconds: 1_500, facts: { sku: 'a', left: 2, open: true } };
    answer = () => Promise.reject(new ServiceFailure(failures[type], `${type} — ja, wirklich`, detail));
    await expect(call()).rejects.toMatchObject({ type, message: `${type} — ja, wirklich`, detail });
  });

  test.each(Object.entries(failures))('%s has the gRPC code of the catalogue', (_, failure) => {
    const { grpcCode } = failure;
    const { code } = toConnectError(new ServiceFailure(failure, ''));
    const codes = [
      'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED',
      'RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED',
    ];
    expect(codes.join(' ').split(' ')[code]).toBe(grpcCode);
  });

  test.each([
    [Code.Unavailable, 'Unavailable'],
    [Code.DeadlineExceeded, 'DeadlineExceeded'],
    [Code.ResourceExhausted, 'RateLimited'],
    [Code.Internal, 'Internal'],
    [Code.Unknown, 'Internal'],
    [Code.DataLoss, 'Internal'],
    // As the transport tells a connection that broke.
    [Code.Aborted, 'Unavailable'],
    [Code.Canceled, 'Unavailable'],
    [Code.InvalidArgument, 'Rejected'],
    [Code.FailedPrecondition, 'Rejected'],
    [Code.Unimplemented, 'Rejected'],
    [Code.AlreadyExists, 'Rejected'],
  ] as const)('of code %d that no service of ours has sent is %s', (code, type) => {
    expect(fromConnectError('catalog', '', new ConnectError('no', code), []).type).toBe(type);
  });

  test('that carries nothing arrives with nothing', () => {
    const received = fromConnectError(
      'catalog',
      '',
      toConnectError(new ServiceFailure(refusals.OutOfStock, 'none left')),
      [],
    );
    expect(received).toMatchObject({ type: 'OutOfStock', message: 'none left', detail: {} });
    expect(Object.values(received.detail).filter((value) => value !== undefined)).toEqual([]);
  });

  test('that was not foreseen is Internal: the log has it, the caller has not', async () => {
    answer = () => Promise.reject(new Error('the secret of the database'));
    const failure = await call({ correlationId: 'checkout-7' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'Internal', message: 'The service failed; its log says why' });
    expect(lines.at(-1)).toMatch(/"level":50.*the secret of the database.*"correlationId":"checkout-7"/);
  });

  test('of the database is Unavailable', async () => {
    answer = () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    await expect(call()).rejects.toMatchObject({ type: 'Unavailable', message: 'The database is not available' });
  });
});

describe('a call', () => {
  test('carries its correlation id', async () => {
    const seen: CallContext[] = [];
    answer = async (context) => seen.push(context);
    await call({ correlationId: 'checkout-1' });
    await call();
    expect(seen.map(({ correlationId }) => correlationId)).toEqual(['checkout-1', undefined]);
  });

  test('ends at its deadline', async () => {
    const hung = Promise.withResolvers<void>();
    answer = () => hung.promise;
    await expect(call({ timeoutMilliseconds: 50 })).rejects.toMatchObject({ type: 'DeadlineExceeded' });
    hung.resolve();
  });

  test('ends with the reason of its signal, before it began or while it ran', async () => {
    const entered = Promise.withResolvers<void>();
    const hung = Promise.withResolvers<void>();
    answer = () => {
      entered.resolve();
      return hung.promise;
    };
    const controller = new AbortController();
    const cancelled = new Error('cancelled by the customer');
    const running = call({ signal: controller.signal });
    void entered.promise.then(() => controller.abort(cancelled));
    await expect(running).rejects.toBe(cancelled);
    await expect(call({ signal: controller.signal })).rejects.toBe(cancelled);
    hung.resolve();
  });

  test('of a server that has come back on its port succeeds, that of one that is gone is Unavailable', async () => {
    const first = await serve(async () => ({ products: [] }));
    const lasting = createCatalogClient({ url: first.address });
    expect(await lasting.getProducts({ skus: ['a'] })).toEqual([]);
    await first.stop();
    await expect(lasting.getProducts({ skus: ['a'] })).rejects.toMatchObject({ type: 'Unavailable' });
    const second = await serve(async () => ({ products: [] }), { port: port(first) });
    expect(await lasting.getProducts({ skus: ['a'] })).toEqual([]);
    await second.stop();
  });

  test('is held back while the circuit is open', async () => {
    const calls = { count: 0 };
    answer = () => {
      calls.count++;
      return Promise.reject(new ServiceFailure('Unavailable', 'down'));
    };
    const cautious = createCatalogClient({ url: server.address, failuresToOpen: 2 });
    for (let time = 0; time < 3; time++) {
      await expect(cautious.getProducts({ skus: ['a'] })).rejects.toMatchObject({ type: 'Unavailable' });
    }
    expect(calls.count).toBe(2);
  });
});

describe('the server', () => {
  const plain = () => createClient(Catalog, createGrpcTransport({ baseUrl: server.address }));
  const failureOf = (error: unknown) => fromConnectError('catalog', server.address, error, []);

  test.each([
    ['quantity', { lines: [{ sku: 'a', quantity: 0 }], currency: 'USD', country: 'DE' }, 'lines.0.quantity'],
    ['currency', { lines: [{ sku: 'a', quantity: 1 }], country: 'DE' }, 'currency'],
    ['cart', { currency: 'USD', country: 'DE' }, 'lines'],
  ])('refuses a wrong %s of any client by name', async (_, message, field) => {
    const error = await plain()
      .quote(create(QuoteRequestSchema, message))
      .catch((thrown: unknown) => thrown);
    expect(failureOf(error)).toMatchObject({ type: 'InvalidRequest', detail: { field } });
  });

  test('answers the standard health check', async () => {
    const health = createClient(Health, createGrpcTransport({ baseUrl: server.address }));
    expect(await health.check({})).toMatchObject({ status: 1 });
    healthy = false;
    // An answer holds for a second.
    const isAway = async () => (await health.check({})).status === 2;
    expect(await waitUntil(isAway, { within: 5_000 })).toBe(true);
    healthy = true;
  });

  test.each(['::1:8080', '[', 'host:port', 'host:99999'])(
    'answers a request for an authority that is no host, and goes on: %s',
    async (authority) => {
      const session = connect(server.address);
      const request = session.request({
        ':method': 'POST',
        ':path': '/grpc.health.v1.Health/Check',
        ':authority': authority,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      request.end(Buffer.alloc(5));
      const [headers] = await once(request, 'response');
      request.destroy();
      session.destroy();
      expect(headers[':status']).toBe(200);
    },
  );

  test('cannot start on a port that is taken', async () => {
    await expect(serve(notCalled, { port: port(server) })).rejects.toThrow('EADDRINUSE');
  });

  test('finishes what is under way when it stops', async () => {
    const entered = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const stopping = await serve(async () => {
      entered.resolve();
      await gate.promise;
      return { products: [] };
    });
    const running = createCatalogClient({ url: stopping.address }).getProducts({ skus: ['a'] });
    await entered.promise;
    const stopped = stopping.stop();
    while (await isListening(stopping));
    gate.resolve();
    expect(await running).toEqual([]);
    await stopped;
  });

  test('refuses a message of more than 16 MB, and goes on', async () => {
    const skus = Array.from({ length: 40 }, () => 'x'.repeat(500_000));
    await expect(plain().getProducts(create(GetProductsRequestSchema, { skus }))).rejects.toThrow();
    answer = async () => undefined;
    expect(await call()).toEqual([]);
  });
});

function isListening({ address }: Running): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const session = connect(address);
  session.once('connect', () => resolve(true)).once('error', () => resolve(false));
  return promise.finally(() => session.destroy());
}
