import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';

const project = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let link: string;

/** As `npm link` does it. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'command-line-program-'));
  const { bin } = (await import('../../package.json', { with: { type: 'json' } })).default;
  link = path.join(folder, 'durable-checkout');
  symlinkSync(path.join(project, bin['durable-checkout']), link);
});
afterAll(() => rmSync(folder, { recursive: true }));

const shell = { NODE_OPTIONS: '', FORCE_COLOR: undefined };
const run = (parameters: readonly string[]) =>
  execa(link, parameters, { cwd: folder, env: shell, reject: false }).then(({ exitCode, stdout, stderr }) => ({
    exitCode,
    stdout,
    stderr,
  }));

test('runs through a link from another folder, and calls itself by its name', async () => {
  expect(statSync(link).mode & 0o111).toBe(0o111);
  const help = await run(['place', '--help']);
  expect(help).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(/^Usage: durable-checkout place \[options\]/),
    stderr: '',
  });
  expect(await run(['topology'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('exchange'),
    stderr: '',
  });
});

test('a file is looked for where the command was typed', async () => {
  const { exitCode, stderr } = await run(['place', '--file', 'none.json']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('none.json cannot be read') });
  expect(existsSync(path.join(folder, 'none.json'))).toBe(false);
});

test('ends with the exit codes of the command line', async () => {
  expect(await run(['buy'])).toEqual({ exitCode: 2, stdout: '', stderr: expect.stringMatching(/^error: Usage: /) });
  expect(await run(['product', ' '])).toMatchObject({ exitCode: 1, stdout: '' });
});

test('whoever reads may have gone away, or go early', async () => {
  const script = 'echo $("$0" topology | true; echo $PIPESTATUS), $("$0" topology | head -1; echo $PIPESTATUS)';
  const { stdout, stderr } = await execa('bash', ['-c', script, link], { cwd: folder, env: shell });
  expect(stdout).toMatch(/^0, exchange .* 0$/);
  expect(stderr).toBe('');
});
