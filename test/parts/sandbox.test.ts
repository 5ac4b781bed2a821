import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { processesWithEnvironment } from '../../parts/process-identity.ts';
import { waitUntil } from '../../parts/wait.ts';
import { Sandbox } from '../sandbox.ts';

/** Starts a process that is not awaited, writes a file, and then does what is said. */
const leaving = (last: string) => `
  const { spawn } = require('node:child_process');
  const forever = [process.execPath, ['-e', 'setInterval(() => {}, 1000)']];
  spawn(...forever, { stdio: 'ignore', detached: true }).unref();
  require('node:fs').writeFileSync(require('node:os').tmpdir() + '/started', 'yes');
  ${last}`;

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await Sandbox.open();
});

afterEach(() => sandbox.close());

const run = (program: string) => sandbox.run(['-e', program], '/', { NODE_OPTIONS: '' });
const running = () => processesWithEnvironment('TMPDIR', sandbox.folder);

test('the exit code of a program is told, and nothing is found left of one that cleans up', async () => {
  expect(await run('process.exitCode = 7')).toBe(7);
  expect(await sandbox.clear()).toEqual([]);
});

test('a process that a program leaves behind is counted and killed, and its files are removed', async () => {
  expect(await run(leaving('process.exit(0)'))).toBe(0);
  expect(readFileSync(path.join(sandbox.folder, 'started'), 'utf8')).toBe('yes');

  expect(await sandbox.clear(100)).toEqual([expect.stringContaining('setInterval(() => {}, 1000)')]);
  await sandbox.close();

  expect(await waitUntil(() => running().length === 0, { within: 10_000 })).toBe(true);
  expect(existsSync(sandbox.folder)).toBe(false);
});

test('a program that is killed counts as failed', async () => {
  const ended = run(leaving('setInterval(() => {}, 1000)'));
  await waitUntil(() => existsSync(path.join(sandbox.folder, 'started')), { within: 10_000 });

  sandbox.kill();

  expect(await ended).toBe(1);
  expect(await sandbox.clear(100)).toEqual([expect.stringContaining('setInterval(() => {}, 1000)')]);
});
