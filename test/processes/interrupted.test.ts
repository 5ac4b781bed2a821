import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { processesWithEnvironment } from '../../parts/process-identity.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-interrupted-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'npm test, ended by %s while its parts run, leaves no process and no file',
  async (signal, code) => {
    const parameters = ['--selectProjects', 'services', '--', 'services/inventory.test'];
    const run = execa('node', ['test/run.ts', ...parameters], {
      cwd: project,
      env: { NODE_OPTIONS: '', TMPDIR: folder },
      reject: false,
      all: true,
    });
    await new Promise<void>((resolve, reject) => {
      run.all.on('data', (text: Buffer) => text.includes('PostgreSQL: ready') && resolve());
      void run.then(({ all }) => reject(new Error(`it ended by itself: ${all}`)));
    });
    const [sandbox = ''] = await readdir(folder);
    const started = () => processesWithEnvironment('TMPDIR', path.join(folder, sandbox));
    expect(started().length).toBeGreaterThan(2);

    run.kill(signal);

    const { exitCode, all } = await run;
    expect(all).toContain(`Stopped by ${signal}.`);
    expect(exitCode).toBe(code);
    expect(started()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  },
  120_000,
);
