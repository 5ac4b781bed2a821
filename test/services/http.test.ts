import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { type CallContext, defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import type { Running } from '../../platform/role.ts';
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
      input: z.strictObject({
        isbn: z.string().max(20),
        title: z.string(),
        chapters: z.array(z.strictObject({ pages: z.int() })).default([]),
      }),
      output: z.object({ isbn: z.string(), title: z.string(), correlationId: z.string().optional() }),
      failures: [],
    },
    importBooks: {
      method: 'POST',
      path: '/books/import',
      access: 'public',
      summary: 'Puts many books on the shelf',
      input: z.strictObject({}),
      output: z.object({}),
      failures: [],
    },
    findBook: {
      method: 'GET',
      path: '/books/:isbn',
      access: 'public',
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
    importBooks: async () => ({}),
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
  server = await serveHttp(contract, handlers, {
    port: 0,
    access: 'everyone',
    logger: silent,
    check: async () => seen.calls,
  });
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
    body: (await answer.json()) as Record<string, string>,
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
    ['an unknown property', '{"title":"T","colour":"red"}', 'colour'],
    ['a body that is no JSON', '{', 'body'],
    ['an empty body', ' ', 'body'],
    ['a body that is a list', '[{"title":"T"}]', 'body'],
    ['a body that is null', 'null', 'body'],
    ['a body that is a text', '"title"', 'body'],
    ['a body in Latin-1', Buffer.from('{"title":"J\u00fcrgen"}', 'latin1'), 'body'],
    ['U+0000 in a text', '{"title":"a\\u0000b"}', 'title'],
    ['half of a character in a text', '{"title":"\\ud83d"}', 'title'],
    ['U+0000 in a name', '{"title":"T","\\u0000":1}', undefined],
    ['a prototype', '{"title":"T","__proto__":{"isbn":"x"}}', '__proto__'],
    ['a value of 100,000 levels', `{"title":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'title'],
  ])('refuses %s', async (_, body, field) => {
    const answer = await send('/books/1', { method: 'PUT', body });
    expect(answer).toMatchObject({ status: 400, body: { type: expect.stringMatching(/InvalidRequest$/) } });
    expect(answer.body['field']).toBe(field);
  });

  test('takes a body with a byte order mark', async () => {
    expect(await send('/books/1', { method: 'PUT', body: '\u{FEFF}{"title":"T"}' })).toMatchObject({ status: 200 });
  });

  test('refuses a body of more than 1 MB', async () => {
    const body = JSON.stringify({ title: 'x'.repeat(1024 * 1024) });
    expect(await send('/books/1', { method: 'PUT', body })).toMatchObject({
      status: 413,
      type: expect.stringContaining('application/problem+json'),
      body: { type: 'urn:durable-checkout:failure:PayloadTooLarge', status: 413, field: 'body' },
    });
  });

  test.each([
    'text/csv',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=iso-8859-1',
    'nonsense',
  ])('refuses the content type %s', async (type) => {
    const answer = await send('/books/1', { method: 'PUT', body: '{"title":"T"}', headers: { 'content-type': type } });
    expect(answer).toMatchObject({
      status: 415,
      type: expect.stringContaining('application/problem+json'),
      body: { type: 'urn:durable-checkout:failure:UnsupportedMediaType', status: 415, field: 'body' },
    });
  });

  test.each([
    ['/books/1', 'DELETE', 'GET, HEAD, PUT'],
    ['/books/1?page=2', 'POST', 'GET, HEAD, PUT'],
    ['/books/1', 'OPTIONS', 'GET, HEAD, PUT'],
    ['/books/import', 'DELETE', 'POST'],
    ['/health', 'PUT', 'GET, HEAD'],
    ['/openapi.json', 'PATCH', 'GET, HEAD'],
  ])('answers %s with the method %s with the methods that it knows', async (path, method, allow) => {
    const answer = await send(path, { method });
    expect(answer).toMatchObject({
      status: 405,
      type: expect.stringContaining('application/problem+json'),
      body: { type: 'urn:durable-checkout:failure:MethodNotAllowed', status: 405 },
    });
    expect(answer.headers.get('allow')).toBe(allow);
  });

  test('takes an id of the greatest length that its contract allows, in any script', async () => {
    for (const isbn of ['x'.repeat(2_000), '😀'.repeat(500), '%zz', 'a/b', '...']) {
      expect(await send(`/books/${encodeURIComponent(isbn)}`)).toMatchObject({ status: 200, body: { isbn } });
    }
  });

  test.each([
    ['%zz', 'no escape'],
    ['%ff', 'no UTF-8'],
    ['a%00b', 'U+0000'],
  ])('refuses the address /books/%s, which has %s', async (path) => {
    expect(await send(`/books/${path}`)).toMatchObject({
      status: 400,
      type: expect.stringContaining('application/problem+json'),
      body: { type: 'urn:durable-checkout:failure:InvalidRequest', status: 400 },
    });
  });

  test('cuts what it quotes of an address', async () => {
    const { status, body } = await send(`/${'x'.repeat(10_000)}`);
    expect(status).toBe(404);
    expect(body['detail']).toHaveLength('library has no GET '.length + 200);
  });

  test('takes a body of just under 1 MB', async () => {
    const title = 'x'.repeat(1024 * 1024 - 100);
    expect(await client.putBook({ isbn: '1', title })).toMatchObject({ title });
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
        importBooks: () => Promise.reject(new Error('not called')),
        async findBook({ isbn }) {
          entered.resolve();
          await gate.promise;
          return { isbn };
        },
      },
      { port: 0, access: 'everyone', logger: silent },
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

  test.each(['.', '..', '', '\ud83d'])(
    'sends no id that an address would take for something else: %p',
    async (isbn) => {
      const { calls } = seen;
      await expect(client.findBook({ isbn })).rejects.toMatchObject({
        type: 'InvalidRequest',
        detail: { field: 'isbn' },
      });
      await expect(client.putBook({ isbn, title: 'T' })).rejects.toMatchObject({ type: 'InvalidRequest' });
      expect(seen.calls).toBe(calls);
    },
  );

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
    const gone = await serveHttp(contract, {} as never, { port: 0, access: 'everyone', logger: silent });
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
