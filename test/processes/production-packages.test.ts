import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { roleNames, roleOf } from '../../roles/roles.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-production-'));
/** What an image for production needs of the repository. */
const deployed = [
  ...['package.json', 'package-lock.json', 'ops/bootstrap.mjs'],
  ...[
    'activities',
    'api',
    'bridge',
    'client',
    'contracts',
    'doubles',
    'events',
    'messaging',
    'platform',
    'roles',
    'services',
    'workers',
    'workflows',
  ],
];
const environment = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
const run = (...parameters: string[]) =>
  execa(process.execPath, parameters, { cwd: folder, env: environment, extendEnv: false, reject: false });

describe('an installation by npm ci --omit=dev', () => {
  beforeAll(async () => {
    for (const name of deployed) cpSync(path.join(project, name), path.join(folder, name), { recursive: true });
    // The bootstrap runs npm ci, and reads the packages of the lock file also from a registry that lacks other platforms.
    await execa(process.execPath, ['ops/bootstrap.mjs', 'client/command-line/main.ts', '--help'], {
      cwd: folder,
      env: { NODE_OPTIONS: '', NODE_ENV: 'production', npm_config_omit: 'dev', npm_config_prefer_offline: 'true' },
    });
  }, 600_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has no development packages', () => {
    expect(existsSync(path.join(folder, 'node_modules', 'fastify'))).toBe(true);
    expect(existsSync(path.join(folder, 'node_modules', 'jest'))).toBe(false);
  });

  test.each(roleNames.filter((name) => roleOf(name).kind !== 'double'))(
    'starts %s, which ends by naming the variables that it misses',
    async (name) => {
      const { exitCode, stdout, stderr } = await run('roles/main.ts', name);

      expect(stdout).toBe('');
      for (const line of stderr.split('\n')) {
        expect(line).toMatch(new RegExp(`^${name}: [A-Z_]+ is missing: set it in the environment$`));
      }
      expect(exitCode).toBe(2);
    },
  );

  test('bundles the workflows', async () => {
    const { exitCode, stderr } = await run('workers/bundle.ts', path.join(folder, 'workflows.js'));

    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(existsSync(path.join(folder, 'workflows.js'))).toBe(true);
  }, 120_000);
});
