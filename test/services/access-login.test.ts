import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readAuthenticator } from '../../platform/access/authenticator.ts';
import { serveHttp } from '../../platform/http/server.ts';
import type { Running } from '../../platform/role.ts';
import { customersContract } from '../../services/customers/contract.ts';
import { audience, clients, type IdentityProvider, startIdentityProvider } from '../identity-provider.ts';
import { startCli } from '../system/command-line-shop.ts';
import { silent } from './service-in-process.ts';

let provider: IdentityProvider;
let folder: string;
let variables: Record<string, string>;

const file = () => path.join(folder, 'durable-checkout', 'login.json');

beforeEach(async () => {
  jest.spyOn(console, 'warn').mockReturnValue(undefined);
  jest.spyOn(console, 'info').mockReturnValue(undefined);
  folder = await mkdtemp(path.join(tmpdir(), 'access-login-'));
  provider = await startIdentityProvider({ roles: { olga: ['operator', 'finance'] } });
  variables = {
    XDG_CONFIG_HOME: folder,
    ACCESS_ISSUER: provider.issuer,
    ACCESS_CLIENT_ID: clients.commandLine,
    ACCESS_AUDIENCE: audience,
    ACCESS_ROLES_CLAIM: 'shop.roles',
  };
});

afterEach(async () => {
  await provider.stop();
  await rm(folder, { recursive: true });
});

/** Runs the command line to its end, and has a person answer the page that it names. */
async function run(parameters: string[], answer: (page: string) => unknown = () => undefined, more = {}) {
  const running = startCli(parameters, '', { ...variables, ...more });
  let told = '';
  running.stderr?.on('data', (text: Buffer) => {
    const before = told;
    told += text;
    const [, page] = /(http\S+user_code=[A-Z-]+)/.exec(told) ?? [];
    if (page && !before.includes(page)) void answer(page);
  });
  const { exitCode, stdout, stderr } = await running;
  return { exitCode, stdout: String(stdout), stderr: String(stderr) };
}

const logInAs = (person: string) => run(['login'], (page) => provider.confirm(page, person));

const stored = async () => JSON.parse(await readFile(file(), 'utf8'));

describe('login', () => {
  test('shows a code, keeps the tokens where only this user reads them, and whoami says who it is', async () => {
    const login = await logInAs('olga');

    expect(login).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^Open http\S+ and confirm the code [A-Z]{4}-[A-Z]{4}, until 20/),
    });
    expect(login.stdout).toMatch(/^You are {2}olga\nRoles {4}operator, finance\nIssuer {3}http/);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(file()))).mode & 0o777).toBe(0o700);
    const { stdout } = await run(['whoami', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      subject: 'olga',
      issuer: provider.issuer,
      roles: ['operator', 'finance'],
      endsAt: expect.stringMatching(/^20.*Z$/),
    });

    const logout = await run(['logout']);
    expect(logout).toMatchObject({ exitCode: 0, stdout: 'You are logged out' });
    expect(provider.requests('/token/revocation')).toBe(1);
    await expect(stat(file())).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await run(['whoami'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: Unauthenticated: there is no token, .*: log in, or name the file/),
    });
  });

  test('is what every other command calls with, renewed when its token ends', async () => {
    const seen: unknown[] = [];
    const refuse = async () => Promise.reject(new Error('not asked for'));
    const handlers = Object.fromEntries(Object.keys(customersContract.operations).map((name) => [name, refuse]));
    const customers: Running = await serveHttp(
      customersContract,
      {
        ...handlers,
        findCustomer: async (_: unknown, { principal }: { principal?: { subject: string } }) => {
          seen.push(principal?.subject);
          throw new Error('seen enough');
        },
      } as never,
      { port: 0, logger: silent, access: readAuthenticator(provider.environment) },
    );
    const services = Object.fromEntries(
      [
        'CUSTOMERS',
        'CATALOG',
        'ORDERS',
        'ORDER_HISTORY',
        'INVENTORY',
        'LEDGER',
        'BILLING',
        'COMMUNITIES',
        'STAFF',
        'DEAD_LETTERS',
      ].map((name) => [`${name}_URL`, customers.address]),
    );
    await logInAs('olga');
    const first = await stored();
    await run(['customer', 'customer-1'], undefined, services);
    expect(seen).toContain('olga');
    expect(await stored()).toEqual(first);

    // It has ended: two commands at once renew it once, since a refresh token that is sent twice ends the login.
    await writeFile(file(), JSON.stringify({ ...first, expiresAt: new Date().toISOString() }), { mode: 0o600 });
    const tokensBefore = provider.requests('/token');
    seen.length = 0;
    await Promise.all([1, 2].map(() => run(['customer', 'customer-1'], undefined, services)));
    expect(seen).toContain('olga');
    expect(provider.requests('/token') - tokensBefore).toBe(1);
    const renewed = await stored();
    expect(renewed.refreshToken).not.toBe(first.refreshToken);

    await writeFile(file(), JSON.stringify({ ...renewed, refreshToken: 'none', expiresAt: new Date().toISOString() }), {
      mode: 0o600,
    });
    expect(await run(['whoami'])).toMatchObject({
      exitCode: 1,
      stderr: `error: Unauthenticated: the login at ${provider.issuer} has ended: log in again`,
    });
    await customers.stop();
  });

  test('that is refused, expires or finds no provider says so in one line and keeps nothing', async () => {
    const refused = await run(['login'], (page) => provider.refuse(page));
    expect(refused.stderr).toContain('\nerror: Unauthenticated: the login was refused at the provider; log in again');

    provider.change({ codeLifetime: 1 });
    const expired = await run(['login']);
    expect(expired.stderr).toContain('\nerror: DeadlineExceeded: the code was not confirmed in time; log in again');

    provider.change({ deviceFlow: false });
    const without = await run(['login']);
    expect(without.stderr).toBe(
      `error: Misconfigured: ${provider.issuer} has no device flow: enable it there for the client command-line, or name a file with your token, ACCESS_TOKEN_FILE`,
    );
    provider.change({ deviceFlow: true });
    const unknown = await run(['login', '--client', 'another']);
    expect(unknown.stderr).toMatch(/^error: Misconfigured: http\S+ refuses this client: /);

    await provider.stop();
    const away = await run(['login']);
    expect(away.stderr).toBe(`error: Unavailable: ${provider.issuer} cannot be reached: ECONNREFUSED`);
    await provider.start();
    for (const { exitCode, stdout } of [refused, expired, without, unknown, away]) {
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    }
    await expect(stat(file())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test.each([
    [['--issuer', 'urn:local', '--client', 'x'], 'InvalidRequest: --issuer or ACCESS_ISSUER names your provider'],
    [
      ['--issuer', 'http://issuer.example', '--client', 'x'],
      'Misconfigured: the issuer "http://issuer.example" is no provider',
    ],
    [['--as', 'manager', '--issuer', 'https://issuer.example'], "Usage: option '--as <person>' cannot be used with"],
  ])('with %j is refused', async (flags, message) => {
    const { exitCode, stderr } = await run(['login', ...flags]);
    expect([exitCode === 0, stderr]).toEqual([false, expect.stringContaining(message)]);
  });

  test('that is damaged, or that others may read, is told with its file', async () => {
    await mkdir(path.dirname(file()));
    await writeFile(file(), '{"issuer"', { mode: 0o600 });
    expect((await run(['whoami'])).stderr).toContain(`error: Misconfigured: ${file()} is damaged`);
    await writeFile(
      file(),
      JSON.stringify({
        issuer: 'i',
        clientId: 'c',
        audience,
        accessToken: 'no token',
        expiresAt: '2999-01-01T00:00:00Z',
      }),
    );
    expect((await run(['whoami'])).stderr).toBe(
      'error: Unauthenticated: the token is damaged: it is no JWT with sub and iss; log in again',
    );
    await chmod(file(), 0o644);
    expect((await run(['whoami'])).stderr).toContain('can be read by other users of this machine');
    expect(await run(['logout'])).toMatchObject({ exitCode: 0, stdout: 'You are logged out' });
  });
});
