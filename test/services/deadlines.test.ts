import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import { refusals } from '../../contracts/refusals.ts';
import { serveGrpc } from '../../platform/grpc/server.ts';
import { createHttpClient, type HttpClientOptions } from '../../platform/http/client.ts';
import { type CallContext, type CallOptions, defineHttpContract } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import type { Running } from '../../platform/role.ts';
import { createCatalogClient } from '../../services/catalog/client.ts';
import { catalogGrpcContract } from '../../services/catalog/grpc-contract.ts';
import { silent } from './service-in-process.ts';

const contract = defineHttpContract({
  name: 'library',
  version: '1.0.0',
  summary: 'Books',
  operations: {
    putBook: {
      method: 'PUT',
      path: '/books/:isbn',
      access: 'public',
      summary: 'Puts a book on the shelf',
      input: z.strictObject({ isbn: z.string(), title: z.string() }),
      output: z.object({ isbn: z.string() }),
      failures: [],
    },
  },
});

type Handle = (context: CallContext) => Promise<unknown>;
type ClientOptions = Partial<HttpClientOptions>;

let handle: Handle;
let httpServer: Running;
let grpcServer: Running;

beforeAll(async () => {
  httpServer = await serveHttp(
    contract,
    {
      async putBook({ isbn }, context) {
        await handle(context);
        return { isbn };
      },
    },
    { port: 0, access: 'everyone', logger: silent },
  );
  grpcServer = await serveGrpc(
    catalogGrpcContract,
    {
      quote: () => Promise.reject(new Error('not called')),
      importProducts: () => Promise.reject(new Error('not called')),
      async getProducts(_, context) {
        await handle(context);
        return { products: [] };
      },
    },
    { port: 0, access: 'everyone', logger: silent },
  );
});

afterAll(() => Promise.all([httpServer.stop(), grpcServer.stop()]));

/** Resolves when the signal of a call is aborted. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const callHttp = (options: CallOptions, client: ClientOptions = {}) =>
  createHttpClient(contract, { url: httpServer.address, ...client }).putBook({ isbn: '1', title: 'T' }, options);
const callGrpc = (options: CallOptions, client: ClientOptions = {}) =>
  createCatalogClient({ url: grpcServer.address, ...client }).getProducts({ skus: ['a'] }, options);

describe.each([
  ['HTTP', callHttp],
  ['gRPC', callGrpc],
] as const)('over %s', (_, call) => {
  let seen: PromiseWithResolvers<CallContext>;
  let ended: PromiseWithResolvers<unknown>;

  beforeEach(() => {
    seen = Promise.withResolvers();
    ended = Promise.withResolvers();
    handle = async (context) => {
      seen.resolve(context);
      await untilAborted(context.signal);
      ended.resolve('aborted');
      context.signal.throwIfAborted();
    };
  });

  test('the handler is told the time that its caller waits, and is aborted when it is over', async () => {
    await expect(call({ timeoutMilliseconds: 300 })).rejects.toMatchObject({ type: 'DeadlineExceeded' });
    const { timeoutMilliseconds } = await seen.promise;
    expect(timeoutMilliseconds).toBeGreaterThan(0);
    expect(timeoutMilliseconds).toBeLessThanOrEqual(300);
    expect(await ended.promise).toBe('aborted');
  });

  test('the handler is aborted when its caller goes away', async () => {
    const controller = new AbortController();
    const cancelled = new Error('cancelled by the customer');
    const running = call({ signal: controller.signal }, { timeoutMilliseconds: 3_600_000 });
    void seen.promise.then(() => controller.abort(cancelled));
    await expect(running).rejects.toBe(cancelled);
    expect(await ended.promise).toBe('aborted');
  });

  test('a client that is given no time tells its own, and never more than it', async () => {
    const told: unknown[] = [];
    handle = async ({ timeoutMilliseconds }) => told.push(Math.ceil((timeoutMilliseconds ?? 0) / 1_000));
    await call({});
    await call({ timeoutMilliseconds: 60_000 });
    expect(told).toEqual([4, 4]);
  });

  test('the handler is not aborted while its caller waits', async () => {
    const told: unknown[] = [];
    handle = async ({ signal }) => {
      // Another whole call, so that everything that this one brings along has come.
      await fetch(`${httpServer.address}/health`);
      told.push(signal.aborted);
    };
    await call({});
    await call({ timeoutMilliseconds: 60_000 });
    expect(told).toEqual([false, false]);
  });
});

describe('a server', () => {
  const put = (headers: Record<string, string>) =>
    fetch(`${httpServer.address}/books/1`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"title":"T"}',
    });

  test.each(['', '0', '-1', '1.5', '1e3', 'soon', '100000000', '100, 200'])(
    'refuses the time-out %j by the name of its header',
    async (value) => {
      handle = () => Promise.reject(new Error('not called'));
      const answer = await put({ 'x-timeout-milliseconds': value });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        type: 'urn:durable-checkout:failure:InvalidRequest',
        field: 'x-timeout-milliseconds',
        detail: expect.stringMatching(/^x-timeout-milliseconds: .*whole number of milliseconds/),
      });
    },
  );

  test('takes a caller that tells no time', async () => {
    const seen: CallContext[] = [];
    handle = async (context) => seen.push(context);
    expect((await put({})).status).toBe(200);
    expect(seen[0]).toMatchObject({ timeoutMilliseconds: undefined });
  });

  test('answers what took effect, even when the time was over before', async () => {
    handle = ({ signal }) => untilAborted(signal);
    // This caller tells a time, but waits longer.
    const answer = await put({ 'x-timeout-milliseconds': '20' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ isbn: '1' });
  });

  test('answers DeadlineExceeded for a handler that gave up because the time was over', async () => {
    handle = async ({ signal }) => {
      await untilAborted(signal);
      throw new Error('the statement was cancelled');
    };
    const answer = await put({ 'x-timeout-milliseconds': '20' });
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ type: 'urn:durable-checkout:failure:DeadlineExceeded' });
  });

  test('answers the failure that a handler has thrown after its time as it is', async () => {
    handle = async ({ signal }) => {
      await untilAborted(signal);
      throw new ServiceFailure(refusals.OutOfStock, 'none left');
    };
    const answer = await put({ 'x-timeout-milliseconds': '20' });
    expect(await answer.json()).toMatchObject({ type: 'urn:durable-checkout:failure:OutOfStock' });
  });
});

describe('a client', () => {
  async function answering(listener: RequestListener) {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
      client: createHttpClient(contract, { url }),
      [Symbol.asyncDispose]: async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  test('has one deadline for both of its tries', async () => {
    const told: number[] = [];
    await using library = await answering((request) => {
      told.push(Number(request.headers['x-timeout-milliseconds']));
      request.socket.destroy();
    });
    const call = library.client.putBook({ isbn: '1', title: 'T' }, { timeoutMilliseconds: 3_000 });
    await expect(call).rejects.toMatchObject({ type: 'Unavailable' });
    const [first, second] = told as [number, number];
    expect(told).toHaveLength(2);
    expect(first).toBeLessThanOrEqual(3_000);
    expect(second).toBeLessThan(first);
  });

  test.each([
    ['breaks off', 'Unavailable'],
    ['stays away', 'DeadlineExceeded'],
  ] as const)('does not take an answer for a refusal whose rest %s', async (how, type) => {
    await using library = await answering((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"isbn":');
      if (how === 'breaks off') setImmediate(() => request.socket.destroy());
    });
    const call = library.client.putBook({ isbn: '1', title: 'T' }, { timeoutMilliseconds: 300 });
    await expect(call).rejects.toMatchObject({ type });
  });
});
