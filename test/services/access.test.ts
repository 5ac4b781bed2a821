import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { z } from 'zod';
import { createAuthenticator, readAuthenticator } from '../../platform/access/authenticator.ts';
import { tokenSource } from '../../platform/access/token-source.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { type CallContext, defineHttpContract } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { silent } from './service-in-process.ts';

const issuer = 'https://issuer.example';
const audience = 'durable-checkout';

async function makeKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const published: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'ES256' };
  const sign = (claims: JWTPayload = {}) =>
    new SignJWT({ roles: ['operator'], name: 'Olga Operator', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject('olga')
      .setExpirationTime('5 minutes')
      .sign(privateKey);
  return { published, sign };
}

const bearer = async (token: Promise<string>) => `Bearer ${await token}`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'access-'));
});

afterEach(async () => {
  jest.useRealTimers();
  await rm(folder, { recursive: true });
});

describe('who calls', () => {
  test('is the subject of the token, with its issuer, its name and its roles', async () => {
    const { published, sign } = await makeKey('one');
    const authenticate = createAuthenticator({ issuer, audience, keys: createLocalJWKSet({ keys: [published] }) });

    expect(await authenticate(await bearer(sign()))).toEqual({
      subject: 'olga',
      issuer,
      name: 'Olga Operator',
      roles: ['operator'],
    });
    expect(await authenticate(undefined)).toBeUndefined();
  });

  test('has the roles that stand deeper in the token, and none where there is no list of them', async () => {
    const { published, sign } = await makeKey('one');
    const keys = createLocalJWKSet({ keys: [published] });
    const authenticate = createAuthenticator({ issuer, audience, keys, rolesClaim: 'realm_access.roles' });

    const nested = sign({ realm_access: { roles: ['finance'] } });
    expect(await authenticate(await bearer(nested))).toMatchObject({ roles: ['finance'] });
    for (const realm_access of [undefined, null, 'finance', { roles: 'finance' }, { roles: [1] }]) {
      expect(await authenticate(await bearer(sign({ realm_access })))).toMatchObject({ roles: [] });
    }
  });

  test('is nobody any more once a token that was verified has expired', async () => {
    const { published, sign } = await makeKey('one');
    const authenticate = createAuthenticator({ issuer, audience, keys: createLocalJWKSet({ keys: [published] }) });
    const authorization = await bearer(sign());
    await authenticate(authorization);

    jest.useFakeTimers({ now: Date.now() + 6 * 60_000, advanceTimers: true });

    await expect(authenticate(authorization)).rejects.toMatchObject({
      type: 'Unauthenticated',
      message: 'the token has expired: get another one, or compare the clocks if it is new',
    });
  });

  test.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer a',
    'Bearer a.b',
    'Bearer a.b.c',
    'Basic b2xnYTpwYXNz',
    'a.b.c',
    `Bearer ${'a'.repeat(9_000)}`,
  ])('is not told by the header %j', async (authorization) => {
    const { published } = await makeKey('one');
    const authenticate = createAuthenticator({ issuer, audience, keys: createLocalJWKSet({ keys: [published] }) });
    await expect(authenticate(authorization)).rejects.toMatchObject({ type: 'Unauthenticated' });
  });

  test.each(['sub', 'exp'])('is not told by a token without %s', async (claim) => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] });
    const claims = { sub: 'olga', exp: Math.floor(Date.now() / 1_000) + 60, iss: issuer, aud: audience };
    const rest = Object.fromEntries(Object.entries(claims).filter(([name]) => name !== claim));
    const token = new SignJWT(rest).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(privateKey);

    await expect(createAuthenticator({ issuer, audience, keys })(await bearer(token))).rejects.toMatchObject({
      type: 'Unauthenticated',
      message: `the token's claim ${claim} is missing or wrong`,
    });
  });
});

describe('a token', () => {
  const authenticatorFor = (published: JWK) =>
    createAuthenticator({ issuer, audience, keys: createLocalJWKSet({ keys: [published] }) });

  test.each([
    ['five minutes behind', -5 * 60_000, 'the token was issued in the future: compare the clocks'],
    [
      'more than five minutes ahead',
      5 * 60_000 + 40_000,
      'the token has expired: get another one, or compare the clocks if it is new',
    ],
  ])('is refused by a clock that is %s, with a word about clocks', async (_, off, message) => {
    const { published, sign } = await makeKey('one');
    const authorization = await bearer(sign({ iat: Math.floor(Date.now() / 1_000) }));
    jest.useFakeTimers({ now: Date.now() + off, advanceTimers: true });
    await expect(authenticatorFor(published)(authorization)).rejects.toMatchObject({
      type: 'Unauthenticated',
      message,
    });
  });

  test('of more than 16,384 characters is not read', async () => {
    const { published, sign } = await makeKey('one');
    const authorization = await bearer(sign({ padding: 'a'.repeat(16_384) }));
    await expect(authenticatorFor(published)(authorization)).rejects.toMatchObject({
      type: 'Unauthenticated',
      message: 'the header Authorization is longer than 16384 characters',
    });
  });

  test('has its roles in a claim whose name is an address', async () => {
    const { published, sign } = await makeKey('one');
    const rolesClaim = 'https://shop.example/roles';
    const keys = createLocalJWKSet({ keys: [published] });
    const authenticate = createAuthenticator({ issuer, audience, keys, rolesClaim });
    expect(await authenticate(await bearer(sign({ [rolesClaim]: ['finance'] })))).toMatchObject({ roles: ['finance'] });
  });

  test('is verified again after a minute, since its key may have been withdrawn', async () => {
    const { published, sign } = await makeKey('one');
    let keys = createLocalJWKSet({ keys: [published] });
    const authenticate = createAuthenticator({ issuer, audience, keys: (...header) => keys(...header) });
    const authorization = await bearer(sign());
    await authenticate(authorization);
    keys = createLocalJWKSet({ keys: [] });
    expect(await authenticate(authorization)).toMatchObject({ subject: 'olga' });

    jest.useFakeTimers({ now: Date.now() + 61_000, advanceTimers: true });
    await expect(authenticate(authorization)).rejects.toMatchObject({ type: 'Unauthenticated' });
  });
});

describe('the keys of the issuer', () => {
  test('in a file are read again when they have changed', async () => {
    const [old, next] = [await makeKey('old'), await makeKey('next')];
    const file = path.join(folder, 'keys.json');
    await writeFile(file, JSON.stringify({ keys: [old.published] }));
    const authenticate = readAuthenticator({ ACCESS_ISSUER: issuer, ACCESS_KEYS_FILE: file });
    const [byOld, byNext] = [await bearer(old.sign({ jti: '1' })), await bearer(next.sign())];
    await authenticate(byOld);
    await expect(authenticate(byNext)).rejects.toMatchObject({ type: 'Unauthenticated' });

    await writeFile(file, JSON.stringify({ keys: [next.published] }));
    await utimes(file, new Date(), new Date(Date.now() + 5_000));

    expect(await authenticate(byNext)).toMatchObject({ subject: 'olga' });
    await expect(authenticate(await bearer(old.sign({ jti: '2' })))).rejects.toMatchObject({ type: 'Unauthenticated' });
  });

  test('at an address are fetched when a token names one that is not known', async () => {
    const [old, next] = [await makeKey('old'), await makeKey('next')];
    let keys = [old.published];
    const provider = await listen((respond) => respond(200, { keys }));
    const authenticate = readAuthenticator({ ACCESS_ISSUER: issuer, ACCESS_KEYS_URL: provider.url });
    await authenticate(await bearer(old.sign()));
    // The provider is not asked again at once: a stranger with unknown key ids could use that.
    jest.useFakeTimers({ now: Date.now() + 60_000, advanceTimers: true });
    keys = [old.published, next.published];

    expect(await authenticate(await bearer(next.sign()))).toMatchObject({ subject: 'olga' });
    await provider.close();
  });

  test('that cannot be read make the call one that may pass later, and no stranger of the caller', async () => {
    const { sign } = await makeKey('one');
    const missing = readAuthenticator({ ACCESS_ISSUER: issuer, ACCESS_KEYS_FILE: path.join(folder, 'none.json') });
    await expect(missing(await bearer(sign()))).rejects.toMatchObject({ type: 'Unavailable' });
    const provider = await listen((respond) => respond(503, {}));
    const away = readAuthenticator({ ACCESS_ISSUER: issuer, ACCESS_KEYS_URL: provider.url });
    await expect(away(await bearer(sign()))).rejects.toMatchObject({ type: 'Unavailable' });
    await provider.close();
    await expect(away(await bearer(sign()))).rejects.toMatchObject({ type: 'Unavailable' });
  });

  test('have to be named', () => {
    expect(() => readAuthenticator({ ACCESS_ISSUER: issuer })).toThrow('ACCESS_KEYS_URL is missing');
    expect(() => readAuthenticator({ ACCESS_KEYS_URL: 'http://127.0.0.1/keys' })).toThrow('ACCESS_ISSUER is missing');
  });
});

describe('a call', () => {
  const contract = defineHttpContract({
    name: 'library',
    version: '1.0.0',
    summary: 'Lends books',
    operations: {
      lend: {
        method: 'POST',
        path: '/books/:isbn/lend',
        access: ['operator'],
        summary: 'Lends a book',
        input: z.strictObject({ isbn: z.string(), days: z.int() }),
        output: z.strictObject({ by: z.string() }),
        failures: [],
      },
    },
  });

  async function open() {
    const key = await makeKey('one');
    const seen: CallContext[] = [];
    const server = await serveHttp(
      contract,
      {
        lend: async (_, context) => {
          seen.push(context);
          return { by: context.principal?.subject ?? 'nobody' };
        },
      },
      {
        port: 0,
        logger: silent,
        access: createAuthenticator({ issuer, audience, keys: createLocalJWKSet({ keys: [key.published] }) }),
      },
    );
    return { ...key, server, seen };
  }

  test('tells its handler who makes it', async () => {
    const { server, sign } = await open();
    const library = createHttpClient(contract, { url: server.address, token: () => sign() });
    expect(await library.lend({ isbn: '1', days: 3 })).toEqual({ by: 'olga' });
    await server.stop();
  });

  test('without a token is refused before its body is read', async () => {
    const { server, seen } = await open();
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${server.address}/books/1/lend`, { method: 'POST', headers, body: '{ no JSON' });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await answer.json()).toMatchObject({ type: expect.stringContaining('Unauthenticated') });
    expect(seen).toEqual([]);
    await server.stop();
  });

  test('of a role that may not is refused with the roles that may', async () => {
    const { server, sign, seen } = await open();
    const library = createHttpClient(contract, { url: server.address, token: () => sign({ roles: ['customer'] }) });
    await expect(library.lend({ isbn: '1', days: 3 })).rejects.toMatchObject({
      type: 'Forbidden',
      message: 'library.lend is for operator, and olga is none of these',
    });
    expect(seen).toEqual([]);
    await server.stop();
  });

  test('carries the token of a file as it stands there now', async () => {
    const { server, sign } = await open();
    const file = path.join(folder, 'token');
    await writeFile(file, await sign({ roles: ['customer'] }));
    const library = createHttpClient(contract, {
      url: server.address,
      token: tokenSource({ ACCESS_TOKEN_FILE: file }),
    });
    await expect(library.lend({ isbn: '1', days: 3 })).rejects.toMatchObject({ type: 'Forbidden' });

    await writeFile(file, await sign());
    await utimes(file, new Date(), new Date(Date.now() + 5_000));
    jest.useFakeTimers({ now: Date.now() + 1_000, advanceTimers: true });
    expect(await library.lend({ isbn: '1', days: 3 })).toEqual({ by: 'olga' });

    await rm(file);
    jest.setSystemTime(Date.now() + 1_000);
    await expect(library.lend({ isbn: '1', days: 3 })).rejects.toMatchObject({
      type: 'Unauthenticated',
      message: `${file}, which ACCESS_TOKEN_FILE names, cannot be read`,
    });
    await server.stop();
  });
});

type Respond = (status: number, body: object) => void;

/** A server that answers every request alike. */
async function listen(answer: (respond: Respond) => void): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer((_, response) =>
    answer((status, body) => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(body));
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
