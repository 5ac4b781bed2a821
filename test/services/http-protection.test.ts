import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { defineHttpContract } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { probe } from '../../platform/probe.ts';
import type { Running } from '../../platform/role.ts';
import { silent } from './service-in-process.ts';

const contract = defineHttpContract({
  name: 'library',
  version: '1.0.0',
  summary: 'Books',
  operations: {
    burnBook: {
      method: 'POST',
      path: '/books/:isbn/burn',
      access: 'public',
      summary: 'Burns a book',
      input: z.strictObject({ isbn: z.string() }),
      output: z.object({}),
      failures: [],
    },
  },
});

let server: Running;
let burnt = 0;
let checks = 0;

beforeAll(async () => {
  const handlers = {
    burnBook: async () => {
      burnt++;
      return {};
    },
  };
  server = await serveHttp(contract, handlers, {
    port: 0,
    access: 'everyone',
    logger: silent,
    origins: ['https://shop.example'],
    check: async () => ++checks,
  });
});

afterAll(() => server.stop());

const json = { 'content-type': 'application/json' };
const burn = (headers: Record<string, string>, body?: string) =>
  fetch(`${server.address}/books/1/burn`, { method: 'POST', headers, ...(body !== undefined && { body }) });

describe('a page of another site', () => {
  test.each([
    ['by its origin', { ...json, origin: 'https://evil.example' }],
    ['by its origin, on another port of this host', { ...json, origin: 'http://127.0.0.1:1' }],
    ['from a frame without an origin', { ...json, origin: 'null' }],
    ['by what its browser says', { ...json, 'sec-fetch-site': 'cross-site' }],
    ['of the same domain', { ...json, 'sec-fetch-site': 'same-site' }],
  ])('changes nothing: %s', async (_, headers) => {
    const before = burnt;
    const answer = await burn(headers, '{}');
    expect([answer.status, burnt]).toEqual([403, before]);
    expect(await answer.json()).toMatchObject({ type: 'urn:durable-checkout:failure:Forbidden', field: 'origin' });
  });

  test.each([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'isbn=1'],
    ['a plain text', { 'content-type': 'text/plain' }, '{}'],
    ['nothing at all', {}, undefined],
    ['a type that begins like the right one', { 'content-type': 'application/jsonp' }, '{}'],
  ])('changes nothing by what needs no permission to be sent: %s', async (_, headers, body) => {
    const before = burnt;
    const answer = await burn(headers as Record<string, string>, body);
    expect([answer.status, burnt]).toEqual([415, before]);
    expect(await answer.json()).toMatchObject({ field: 'body' });
  });

  test.each([
    ['a program', {}],
    ['a page of a site that may', { origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' }],
    ['a page of its own', { 'sec-fetch-site': 'same-origin' }],
  ])('is not %s', async (_, headers) => {
    const before = burnt;
    const answer = await burn({ 'content-type': 'application/json; charset=utf-8', ...headers }, '{}');
    expect([answer.status, burnt]).toEqual([200, before + 1]);
    const own = await burn({ ...json, origin: server.address }, '{}');
    expect(own.status).toBe(200);
  });
});

test.each(['/health', '/openapi.json', '/none'])(
  'no browser runs, frames or guesses what is answered: %s',
  async (path) => {
    const { headers } = await fetch(`${server.address}${path}`);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
  },
);

describe('the health of a service', () => {
  test('is looked at once, however many ask', async () => {
    const before = checks;
    const answers = await Promise.all(Array.from({ length: 500 }, () => fetch(`${server.address}/health`)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    // Asking 500 times may take longer than an answer holds.
    expect(checks - before).toBeLessThanOrEqual(5);
  });

  test('is asked again when the answer was a failure of before', async () => {
    let isAway = true;
    const check = probe(async () => {
      if (isAway) throw new Error('away');
    });
    await expect(check()).rejects.toThrow('away');
    isAway = false;
    const until = performance.now() + 5_000;
    let last: unknown = 'not asked';
    while (last !== undefined && performance.now() < until) {
      last = await check().catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(last).toBeUndefined();
  });
});
