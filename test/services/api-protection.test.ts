import { afterEach, describe, expect, test } from '@jest/globals';
import { apiContract } from '../../api/contract.ts';
import { protect } from '../../api/protection.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { Authenticate } from '../../platform/access/authenticator.ts';
import { largestBody } from '../../platform/http/limits.ts';
import { serveHttp } from '../../platform/http/server.ts';
import type { Running } from '../../platform/role.ts';
import { silent } from './service-in-process.ts';

/** What the door to the outside does before a call reaches its handler. */

let server: Running | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

/** The token is the name of the caller. */
const byName: Authenticate = async (authorization) => {
  if (authorization === undefined) return undefined;
  if (authorization === 'Bearer nobody') throw new ServiceFailure('Unauthenticated', 'the token is worth nothing');
  return { subject: authorization.replace('Bearer ', ''), issuer: 'test', roles: ['operator'] };
};

async function open(protection: { callsPerMinute?: number; corsOrigins?: string[] } = {}) {
  const reached: string[] = [];
  const handlers = Object.fromEntries(
    Object.keys(apiContract.operations).map((name) => [
      name,
      async () => {
        reached.push(name);
        return { refundId: 'r-1', orderId: 'c-1' };
      },
    ]),
  );
  server = await serveHttp(apiContract, handlers as never, {
    port: 0,
    logger: silent,
    access: byName,
    ...protect({ callsPerMinute: 100, corsOrigins: [], ...protection }),
  });
  const { address } = server;
  const call = async (as: string | undefined, { body = '{}', ...init }: RequestInit = {}) => {
    const answer = await fetch(`${address}/v1/refunds/r-1`, {
      method: 'PUT',
      body,
      ...init,
      headers: {
        ...(as && { authorization: `Bearer ${as}` }),
        'content-type': 'application/json',
        ...(init.headers as Record<string, string>),
      },
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  };
  return { address, call, reached };
}

const refund = JSON.stringify({ orderId: 'c-1', reason: 'returned' });

describe('a caller who calls too often', () => {
  test('is told when to go on, and holds up no other one', async () => {
    const { call, reached } = await open({ callsPerMinute: 3 });
    for (let number = 0; number < 3; number++)
      expect(await call('olga', { body: refund })).toMatchObject({ status: 200 });

    const { status, headers, body } = await call('olga', { body: refund });
    expect([status, headers.get('content-type')]).toEqual([429, 'application/problem+json; charset=utf-8']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(body).toMatchObject({ type: expect.stringMatching(/:RateLimited$/), retryable: true });
    expect(reached).toHaveLength(3);
    expect(await call('rita', { body: refund })).toMatchObject({ status: 200 });
  });

  test('is counted by who they are: with a token that is worth nothing they are told that', async () => {
    const { call } = await open({ callsPerMinute: 1 });
    for (let number = 0; number < 3; number++) {
      expect(await call(undefined)).toMatchObject({ status: 401 });
      expect(await call('nobody')).toMatchObject({ status: 401 });
    }
  });

  test('is refused before the body is read', async () => {
    const { call } = await open({ callsPerMinute: 1 });
    await call('olga', { body: refund });
    expect(await call('olga', { body: '{ no JSON' })).toMatchObject({ status: 429 });
  });
});

describe('what changes something', () => {
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])(
    'comes as JSON, and not as %j',
    async (type) => {
      const { address, reached } = await open();
      const answer = await fetch(`${address}/v1/checkouts/c-1/cancel`, {
        method: 'POST',
        headers: { authorization: 'Bearer olga', ...(type && { 'content-type': type }) },
        ...(type && { body: 'version=1' }),
      });
      expect(answer.status).toBe(415);
      expect(reached).toEqual([]);
    },
  );

  test('is not larger than the limit', async () => {
    const { call, reached } = await open();
    const body = JSON.stringify({ orderId: 'c-1', reason: 'x'.repeat(largestBody) });
    expect(await call('olga', { body })).toMatchObject({ status: 413 });
    expect(reached).toEqual([]);
  });
});

describe('a page of another site', () => {
  const preflight = { method: 'OPTIONS', headers: { 'access-control-request-method': 'PUT' } };
  const asks = (address: string, origin: string) =>
    fetch(`${address}/v1/refunds/r-1`, { ...preflight, headers: { ...preflight.headers, origin } });

  test('may do nothing unless it is named', async () => {
    const { address } = await open();
    const answer = await asks(address, 'https://shop.example');
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([405, null]);
  });

  test('may call where it is named, and no other one', async () => {
    const { address, call } = await open({ corsOrigins: ['https://shop.example'] });
    const named = await asks(address, 'https://shop.example');
    expect([named.status, named.headers.get('access-control-allow-origin')]).toEqual([204, 'https://shop.example']);
    const other = await asks(address, 'https://evil.example');
    expect(other.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
    const headers = { origin: 'https://shop.example' };
    const answer = await call('olga', { body: refund, headers });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    // The methods of an address are told as before.
    expect((await fetch(`${address}/v1/refunds/r-1`, { method: 'DELETE' })).headers.get('allow')).toBe(
      'GET, HEAD, PUT',
    );
  });
});

test('an answer says to a browser what it may not do with it', async () => {
  const { call } = await open();
  const { headers } = await call('olga', { body: refund });
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
});
