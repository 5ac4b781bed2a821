import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { type CallContext, defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import type { Running } from '../../platform/process.ts';
import { silent } from './service-in-process.ts';

const contract = defineHttpContract({
  name: 'library',
  version: '1.0.0',
  summary: 'Books',
  operations: {
    putBook: {
      method: 'PUT',
      path: '/books/:isbn',
      summary: 'Puts a book on the shelf',
      input: z.strictObject({
        isbn: z.string().max(20),
        title: z.string(),
        chapters: z.array(z.strictObject({ pages: z.int() })).default([]),
      }),
      output: z.object({ isbn: z.string(), title: z.string(), correlationId: z.string().optional() }),
      failures: [],
    },
    findBook: {
      method: 'GET',
      path: '/books/:isbn',
      summary: 'One book',
      input: z.strictObject({ isbn: z.string(), page: z.coerce.number().int().optional() }),
      output: z.object({ isbn: z.string(), page: z.int().optional() }),
      failures: ['NotFound'],
    },
  },
});

let server: Running;
let client: HttpClient<typeof contract>;
const hung = Promise.withResolvers<void>();
const seen = { calls: 0 };

beforeAll(async () => {
  const handlers = {
    putBook: async ({ isbn, title }: { isbn: string; title: string }, context: CallContext) => ({
      isbn,
      title,
      correlationId: context.correlationId,
    }),
    findBook: async ({ isbn, page }: { isbn: string; page?: number | undefined }) => {
      seen.calls++;
      if (isbn === 'hang') await hung.promise;
      if (isbn === 'bug') throw new Error('the secret of the database');
      if (isbn === 'wrong') return { isbn: 1 } as never;
      if (isbn === 'busy') {
        throw new ServiceFailure('RateLimited', 'too fast', { retryAfterMilliseconds: 1_500, facts: { limit: 10 } });
      }
      return { isbn, page };
    },
  };
  server = await serveHttp(contract, handlers, { port: 0, logger: silent, check: async () => seen.calls });
  client = createHttpClient(contract, { url: server.address, failuresToOpen: 1_000 });
});

afterAll(async () => {
  hung.resolve();
  await server.stop();
});

const send = async (path: string, init: RequestInit = {}) => {
  const answer = await fetch(`${server.address}${path}`, {
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    headers: answer.headers,
    body: await answer.json(),
  };
};

describe('the server', () => {
  test('answers an input that is not valid with a problem that names the field', async () => {
    const body = JSON.stringify({ title: 'T', chapters: [{ pages: 1 }, { pages: 'two' }] });
    expect(await send('/books/1', { method: 'PUT', body })).toMatchObject({
      status: 400,
      type: expect.stringContaining('application/problem+json'),
      body: {
        type: 'urn:durable-checkout:failure:InvalidRequest',
        title: 'The request is not valid',
        status: 400,
        detail: expect.stringMatching(/^chapters\.1\.pages: /),
        field: 'chapters.1.pages',
      },
    });
  });

  test.each([
    ['a property that nobody knows', '{"title":"T","colour":"red"}', 'colour'],
    ['a body that is no JSON', '{', 'body'],
    ['a body of more than 1 MB', JSON.stringify({ title: 'x'.repeat(1024 * 1024) }), 'body'],
  ])('refuses %s', async (_, body, field) => {
    const answer = await send('/books/1', { method: 'PUT', body });
    expect(answer).toMatchObject({ status: 400, body: { type: expect.stringMatching(/InvalidRequest$/), field } });
  });

  test('takes a body of just under 1 MB', async () => {
    const title = 'x'.repeat(1024 * 1024 - 100);
    expect(await client.putBook({ isbn: '1', title })).toMatchObject({ title });
  });

  test('refuses another content type', async () => {
    const answer = await send('/books/1', { method: 'PUT', body: 'title=T', headers: { 'content-type': 'text/csv' } });
    expect(answer).toMatchObject({ status: 400, body: { field: 'body' } });
  });

  test('answers a route that it does not have with 404', async () => {
    expect(await send('/journals?x=1')).toMatchObject({
      status: 404,
      body: { type: 'urn:durable-checkout:failure:NotFound', detail: 'library has no GET /journals?x=1' },
    });
  });

  test('does not tell what went wrong inside', async () => {
    const answer = await send('/books/bug');
    expect(answer).toMatchObject({ status: 500, body: { type: 'urn:durable-checkout:failure:Internal' } });
    expect(JSON.stringify(answer.body)).not.toContain('secret');
  });

  test('tells when to come again', async () => {
    const answer = await send('/books/busy');
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(answer).toMatchObject({ status: 429, body: { retryAfterMilliseconds: 1_500, facts: { limit: 10 } } });
  });

  test('answers the health check and its own description', async () => {
    expect(await send('/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await send('/openapi.json')).toMatchObject({ status: 200, body: { openapi: '3.1.0' } });
  });

  test('takes the path for the name of a thing, not the body', async () => {
    const answer = await send('/books/path', { method: 'PUT', body: '{"isbn":"body","title":"T"}' });
    expect(answer.body).toMatchObject({ isbn: 'path' });
  });

  test('finishes what is under way when it stops', async () => {
    const gate = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    const stopping = await serveHttp(
      contract,
      {
        putBook: () => Promise.reject(new Error('not called')),
        async findBook({ isbn }) {
          entered.resolve();
          await gate.promise;
          return { isbn };
        },
      },
      { port: 0, logger: silent },
    );
    const answer = createHttpClient(contract, { url: stopping.address }).findBook({ isbn: 'under way' });
    await entered.promise;
    const stopped = stopping.stop();
    while (
      await fetch(`${stopping.address}/health`).then(
        (other) => other.ok,
        () => false,
      )
    );
    gate.resolve();
    expect(await answer).toEqual({ isbn: 'under way' });
    await stopped;
  });
});

describe('the client', () => {
  test('sends what is in the path encoded, the rest in the query, and the correlation id', async () => {
    expect(await client.findBook({ isbn: 'a/b c?', page: 7 })).toEqual({ isbn: 'a/b c?', page: 7 });
    const book = { isbn: '1', title: 'T' };
    expect(await client.putBook(book, { correlationId: 'checkout-1' })).toEqual({
      ...book,
      correlationId: 'checkout-1',
    });
  });

  test('throws the failure that the service has thrown', async () => {
    await expect(client.findBook({ isbn: 'busy' })).rejects.toMatchObject({
      name: 'ServiceFailure',
      type: 'RateLimited',
      message: 'too fast',
      detail: { retryAfterMilliseconds: 1_500, facts: { limit: 10 } },
    });
  });

  test('gives up after its time-out', async () => {
    await expect(client.findBook({ isbn: 'hang' }, { timeoutMilliseconds: 50 })).rejects.toMatchObject({
      type: 'DeadlineExceeded',
    });
  });

  test('ends with the reason of its signal when it is cancelled', async () => {
    const cancelled = new Error('cancelled by the customer');
    const controller = new AbortController();
    const call = client.findBook({ isbn: 'hang' }, { signal: controller.signal });
    controller.abort(cancelled);
    await expect(call).rejects.toBe(cancelled);
  });

  test('does not know the outcome when the contract does not know the answer', async () => {
    await expect(client.findBook({ isbn: 'wrong' })).rejects.toMatchObject({ type: 'Internal' });
  });

  test('of a service that is not there is Unavailable', async () => {
    const gone = await serveHttp(contract, {} as never, { port: 0, logger: silent });
    await gone.stop();
    const lost = createHttpClient(contract, { url: gone.address });
    await expect(lost.findBook({ isbn: '1' })).rejects.toMatchObject({ type: 'Unavailable' });
  });

  test('holds calls back while its circuit is open', async () => {
    const cautious = createHttpClient(contract, { url: server.address, failuresToOpen: 3 });
    for (let call = 0; call < 3; call++) {
      await expect(cautious.findBook({ isbn: 'bug' })).rejects.toMatchObject({ type: 'Internal' });
    }
    const { calls } = seen;
    await expect(cautious.findBook({ isbn: '1' })).rejects.toMatchObject({
      type: 'Unavailable',
      detail: { retryAfterMilliseconds: expect.any(Number) },
    });
    expect(seen.calls).toBe(calls);
  });
});
