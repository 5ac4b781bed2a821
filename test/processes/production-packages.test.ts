import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { deployedRoles, roleToDeploy } from '../../ops/deployment/roles.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-production-'));
/** What the image for production is made of: the files that its stages of the Dockerfile copy from the repository. */
const copied = readFileSync(path.join(project, 'Dockerfile'), 'utf8')
  .split(/^FROM /m)
  .filter((stage) => /AS (base|production-files)$/m.test(stage))
  .flatMap((stage) => stage.match(/^COPY .*/gm) ?? [])
  .flatMap((line) => line.split(' ').slice(1, -1));
const deployed = [...copied, 'ops/bootstrap.mjs'];
const environment: Record<string, string> = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
/** A broker that is not there. */
const brokerFile = path.join(folder, 'broker-address');
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

  test.each(deployedRoles)('starts %s, which misses only variables that a deployment gives to it', async (name) => {
    const { exitCode, stdout, stderr } = await run('roles/main.ts', name);

    expect(stdout).toBe('');
    const missing = stderr.split('\n').map((line) => {
      expect(line).toMatch(new RegExp(`^${name}: [A-Z_]+ is missing: set it in the environment$`));
      return line.split(' ')[1];
    });
    const { secrets, calls, verifiesCallers, address } = roleToDeploy(name);
    const given = [
      ...secrets,
      ...calls.map((called) => roleToDeploy(called).address),
      ...(verifiesCallers ? ['ACCESS_ISSUER'] : []),
      ...(address ? ['PORT'] : []),
    ];
    expect(missing.filter((variable) => !given.includes(variable))).toEqual([]);
    expect(exitCode).toBe(2);
  });

  test.each([
    ['migrates the schemas', ['ops/privileges/migrate-main.ts'], 'DATABASE_URL is missing'],
    ['prepares Temporal', ['ops/deployment/prepare-temporal.ts', '--help'], 'npm run prepare-temporal'],
  ])('%s', async (_, parameters, said) => {
    const { stdout, stderr } = await run(...parameters);

    expect(stdout + stderr).toContain(said);
    expect(stdout + stderr).not.toContain('ERR_MODULE_NOT_FOUND');
  });

  test('declares the topology of the broker that a file names', async () => {
    writeFileSync(brokerFile, 'amqp://127.0.0.1:1\n');
    const { stderr } = await execa(process.execPath, ['client/command-line/main.ts', 'topology', 'declare'], {
      cwd: folder,
      env: { ...environment, AMQP_URL_FILE: brokerFile },
      extendEnv: false,
      reject: false,
    });

    expect(stderr).toContain('127.0.0.1:1');
    expect(stderr).not.toContain('is missing');
  });

  test('bundles the workflows', async () => {
    const { exitCode, stderr } = await run('workers/bundle.ts', path.join(folder, 'workflows.js'));

    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(existsSync(path.join(folder, 'workflows.js'))).toBe(true);
  }, 120_000);
});
