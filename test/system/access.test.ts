import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HttpContract } from '../../platform/http/contract.ts';
import { httpContracts } from '../../roles/contracts.ts';
import { cli } from './command-line-shop.ts';

/** Where a service of the running system is. */
const addressOf = ({ name }: HttpContract) => process.env[`${name.toUpperCase().replaceAll('-', '_')}_URL`] ?? '';

test.each(httpContracts.map((contract): [string, HttpContract] => [contract.name, contract]))(
  '%s does nothing for a stranger who reaches it, nor for a page of a foreign site',
  async (_, contract) => {
    for (const { method, path: route } of Object.values(contract.operations)) {
      const address = `${addressOf(contract)}${route.replace(/:[A-Za-z]+/g, 'x')}`;
      const allowed = 'access-control-allow-origin';
      expect([route, (await fetch(address, { method })).status]).toEqual([route, 401]);
      const answer = await fetch(address, { method, headers: { origin: 'https://evil.example' } });
      const refused = method === 'GET' ? 401 : 403;
      expect([route, answer.status, answer.headers.get(allowed)]).toEqual([route, refused, null]);
    }
  },
);

describe('the command line', () => {
  let folder: string;
  let own: { ACCESS_TOKEN_FILE: string };

  beforeAll(async () => {
    // Others use the token of the system meanwhile.
    folder = await mkdtemp(path.join(tmpdir(), 'own-access-'));
    const access = path.dirname(process.env['ACCESS_TOKEN_FILE'] ?? '');
    for (const file of ['key.json', 'command-line.token'])
      await copyFile(path.join(access, file), path.join(folder, file));
    own = { ACCESS_TOKEN_FILE: path.join(folder, 'command-line.token') };
  });

  afterAll(() => rm(folder, { recursive: true }));

  const as = (...parameters: string[]) => cli(parameters, '', own);

  test('is who has logged in, and may do what they may', async () => {
    expect(await as('login', '--as', 'finance')).toMatchObject({
      exitCode: 0,
      stdout: 'You are  finance\nRoles    finance',
    });
    expect(await as('ledger', 'trial-balance')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await as('dead-letters', 'list')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: 'error: Forbidden: api.listDeadLetters is for operator, and finance is none of these',
    });

    await as('login', '--as', 'developer');
    expect(await as('dead-letters', 'list')).toMatchObject({ exitCode: 0 });
  });

  test('tells a stranger that there is no token, and how it is named', async () => {
    const none = { ACCESS_TOKEN_FILE: path.join(folder, 'none') };
    expect(await cli(['ledger', 'trial-balance'], '', none)).toMatchObject({
      exitCode: 1,
      stderr: `error: Unauthenticated: ${none.ACCESS_TOKEN_FILE}, which ACCESS_TOKEN_FILE names, cannot be read`,
    });
    expect((await cli(['login', '--as', 'manager'], '', none)).stderr).toContain(
      'ACCESS_TOKEN_FILE is no file of a system',
    );
    expect((await as('login', '--as', 'nobody')).stderr).toContain("'nobody' is invalid");
  });
});
