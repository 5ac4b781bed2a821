import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { logIn } from '../../client/login/device-login.ts';
import { waitUntil } from '../../parts/wait.ts';
import { readAuthenticator } from '../../platform/access/authenticator.ts';
import { tokenSource } from '../../platform/access/token-source.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { type CallContext, defineHttpContract } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import type { Running } from '../../platform/role.ts';
import { audience, clients, type IdentityProvider, startIdentityProvider } from '../identity-provider.ts';
import { silent } from './service-in-process.ts';

const contract = defineHttpContract({
  name: 'library',
  version: '1.0.0',
  summary: 'Lends books',
  operations: {
    lend: {
      method: 'POST',
      path: '/books/:isbn/lend',
      access: ['operator', clients.process],
      summary: 'Lends a book',
      input: z.strictObject({ isbn: z.string() }),
      output: z.strictObject({ by: z.string(), issuer: z.string() }),
      failures: [],
    },
  },
});

const handlers = {
  lend: async (_: unknown, { principal }: CallContext) => ({
    by: principal?.subject ?? '',
    issuer: principal?.issuer ?? '',
  }),
};

let provider: IdentityProvider;
let service: Running;
let folder: string;

beforeEach(async () => {
  jest.spyOn(console, 'warn').mockReturnValue(undefined);
  jest.spyOn(console, 'info').mockReturnValue(undefined);
  folder = await mkdtemp(path.join(tmpdir(), 'access-provider-'));
  provider = await startIdentityProvider({ roles: { olga: ['operator'], carla: ['customer'] } });
  service = await serveHttp(contract, handlers, {
    port: 0,
    logger: silent,
    access: readAuthenticator(provider.environment),
  });
});

afterEach(async () => {
  jest.useRealTimers();
  await service.stop();
  await provider.stop();
  await rm(folder, { recursive: true });
});

/** Moves the clock of this process, in which provider and service run. */
const later = (milliseconds: number) =>
  jest.useFakeTimers({
    now: Date.now() + milliseconds,
    doNotFake: [
      'nextTick',
      'setImmediate',
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'performance',
      'queueMicrotask',
    ],
  });

async function logInAs(person: string): Promise<string> {
  const login = await logIn(
    { issuer: provider.issuer, clientId: clients.commandLine, audience, scope: 'openid offline_access' },
    ({ pageWithCode }) => void provider.confirm(pageWithCode ?? '', person),
  );
  return login.accessToken;
}

const lendAs = (token: string) =>
  createHttpClient(contract, { url: service.address, token: async () => token }).lend({ isbn: '1' });

async function processVariables(secret = clients.secret) {
  const file = path.join(folder, 'secret');
  await writeFile(file, `${secret}\n`);
  return { ...provider.environment, ACCESS_CLIENT_ID: clients.process, ACCESS_CLIENT_SECRET_FILE: file };
}

/** Another one each time. */
const processToken = async () => (await tokenSource(await processVariables())()) ?? '';

describe('a person of a provider', () => {
  test('may do what their roles there say', async () => {
    const [olga, carla] = await Promise.all([logInAs('olga'), logInAs('carla')]);

    expect(await lendAs(olga)).toEqual({ by: 'olga', issuer: provider.issuer });
    await expect(lendAs(carla)).rejects.toMatchObject({
      type: 'Forbidden',
      message: 'library.lend is for operator, checkout-worker, and carla is none of these',
    });
  });

  test('is refused by a service for which the token is not meant', async () => {
    const other = readAuthenticator({ ...provider.environment, ACCESS_AUDIENCE: 'urn:another' });
    await expect(other(`Bearer ${await logInAs('olga')}`)).rejects.toMatchObject({
      type: 'Unauthenticated',
      message: 'the token is not meant for urn:another',
    });
  });
});

describe('the keys of a provider', () => {
  test('change while calls go on, and an old one counts no longer once the provider has dropped it', async () => {
    const before = await processToken();
    await lendAs(before);

    // The provider is not asked for an unknown key more often than every half a minute.
    later(40_000);
    await provider.rotate({ keepOld: true });
    const after = await processToken();
    expect(await lendAs(after)).toMatchObject({ by: clients.process });
    expect(await lendAs(before)).toMatchObject({ by: clients.process });

    await provider.rotate({ keepOld: false });
    provider.change({ lifetime: 3_600 });
    later(6 * 60_000);
    const last = await processToken();
    const refused = await waitUntil(
      async () => {
        const failure = await lendAs(after).catch((error) => error);
        return failure.message === `the token is not one that ${provider.issuer} has signed`;
      },
      { within: 10_000 },
    );
    expect(refused).toBe(true);
    expect(await lendAs(last)).toMatchObject({ by: clients.process });
  });

  test('that are known count while the provider is away, and for another one the call may pass later', async () => {
    const known = await processToken();
    await lendAs(known);
    await provider.rotate({ keepOld: true });
    const unknown = await processToken();
    later(60_000 + 40_000);
    await provider.stop();

    expect(await lendAs(known)).toMatchObject({ by: clients.process });
    await expect(lendAs(unknown)).rejects.toMatchObject({
      type: 'Unavailable',
      message: `the keys of ${provider.issuer} cannot be read`,
    });
    await provider.start();
    expect(await lendAs(unknown)).toMatchObject({ by: clients.process });
  });
});

describe('a process', () => {
  test('gets its token by its id and secret, once for however many calls', async () => {
    const library = createHttpClient(contract, {
      url: service.address,
      token: tokenSource(await processVariables()),
    });

    const answers = await Promise.all(Array.from({ length: 20 }, () => library.lend({ isbn: '1' })));

    expect(new Set(answers.map(({ by }) => by))).toEqual(new Set([clients.process]));
    expect(provider.requests('/token')).toBe(1);
  });

  test('has another token before the one it has ends', async () => {
    const token = tokenSource(await processVariables());
    const first = await token();
    later(200_000);
    expect(await token()).toBe(first);

    later(50_000);
    expect(await token()).toBe(first);
    expect(await waitUntil(async () => (await token()) !== first, { within: 5_000 })).toBe(true);
    expect(provider.requests('/token')).toBe(2);
  });

  test('goes on with its token while the provider is away, and says so once it has ended', async () => {
    const token = tokenSource(await processVariables());
    const first = await token();
    await provider.stop();
    later(290_000);
    expect(await token()).toBe(first);

    later(10_000);
    await expect(token()).rejects.toMatchObject({
      type: 'Unavailable',
      message: `${provider.issuer} cannot be reached: ECONNREFUSED`,
    });
    await provider.start();
    later(2_000);
    expect(await token()).not.toBe(first);
  });

  test('is refused with a wrong secret, and goes on once the file has the right one', async () => {
    const token = tokenSource(await processVariables('a wrong one'));
    await expect(token()).rejects.toMatchObject({
      type: 'Unauthenticated',
      message: `${provider.issuer} refuses this client: 401; see its id and secret`,
    });
    // A provider that has just refused is not asked again at once.
    await expect(token()).rejects.toMatchObject({ type: 'Unauthenticated' });
    expect(provider.requests('/token')).toBe(1);

    await processVariables();
    later(2_000);
    expect(await token()).toEqual(expect.any(String));
  });

  test('does not start with a secret and no id, nor without an issuer', async () => {
    const variables = await processVariables();
    expect(() => tokenSource({ ...variables, ACCESS_CLIENT_ID: '' })).toThrow('ACCESS_CLIENT_ID is missing');
    expect(() => tokenSource({ ...variables, ACCESS_ISSUER: undefined })).toThrow('ACCESS_ISSUER is missing');
  });
});
