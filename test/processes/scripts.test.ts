import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';

const project = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(await readFile(`${project}package.json`, 'utf8')) as { scripts: Record<string, string> };
/** The file of each npm script; `npm test` hands on what it does not know. */
const files = Object.entries(scripts).flatMap(([name, line]) => {
  const [, file] = /bootstrap\.mjs (\S+\.ts)$/.exec(line) ?? [];
  return file && name !== 'test' ? [[name, file] as const] : [];
});

const run = (file: string, parameter: string) =>
  execa(process.execPath, [file, parameter], {
    cwd: project,
    // Jest asks for colours where it runs on a terminal.
    env: { NODE_OPTIONS: '', FORCE_COLOR: undefined },
    reject: false,
  });

test.each(files)('%s says what it does, and does nothing for an option that it does not have', async (name, file) => {
  const [help, refused] = await Promise.all([run(file, '--help'), run(file, '--no-such-option')]);

  expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Usage: npm (run|start)/), stderr: '' });
  expect(help.stdout).toContain(name);
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
  expect(refused.stderr).toMatch(/^error: (Usage: )?unknown option '--no-such-option'[^\n]*$/);
});
