import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** As a shell on a machine of production has them, which has nothing to do with how the project is run here. */
const production = { NODE_OPTIONS: '', NODE_ENV: 'production', npm_config_omit: 'dev', npm_config_production: 'true' };

const npm = (...parameters: string[]) =>
  execa('npm', ['run', ...parameters], { cwd: project, env: production, reject: false, all: true });

test('the tests run where NODE_ENV is production', async () => {
  const { exitCode, all } = await npm('test', '--', 'test/domain/money.test.ts');

  expect(all).toMatch(/Tests: +\d+ passed, \d+ total/);
  expect(exitCode).toBe(0);
}, 120_000);

test('the demonstration ends as expected where NODE_ENV is production', async () => {
  const { exitCode, all } = await npm('demo');

  expect(all).toContain('every one ended as expected and the books balance');
  expect(exitCode).toBe(0);
}, 300_000);
