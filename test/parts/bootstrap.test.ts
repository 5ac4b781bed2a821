import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';

let folder: string;

/** Tells what a program sees, and whether it runs in the process that the test has begun in its own way. */
const tell = `
const { argv, env, stdout } = process;
const isFirst: boolean = 'begun' in globalThis;
console.log(JSON.stringify({ isFirst, argv, path: env['PATH'], cache: env['NODE_COMPILE_CACHE'], options: env['NODE_OPTIONS'], listeners: stdout.listenerCount('error') }));
process.exitCode = 3;
`;

/** A project with a library and a development package, which come from folders inside it: no registry is asked. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-bootstrap-'));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  write(
    'tool/package.json',
    JSON.stringify({ name: 'tool', version: '1.0.0', type: 'module', main: 'tool.js', bin: { tool: 'tool.js' } }),
  );
  write('tool/tool.js', '#!/usr/bin/env node\nconsole.log("tool", process.env.NODE_OPTIONS);\n');
  write('library/package.json', JSON.stringify({ name: 'library', version: '1.0.0' }));
  const [dependencies, devDependencies] = [{ library: 'file:./library' }, { tool: 'file:./tool' }];
  write('package.json', JSON.stringify({ name: 'project', type: 'module', dependencies, devDependencies }));
  write('services/orders/main.ts', 'console.log("started");\n');
  write('ops/start.ts', 'import "tool";\n');
  write('client/command-line/main.ts', tell);
  cpSync(fileURLToPath(new URL('../../ops/bootstrap.mjs', import.meta.url)), path.join(folder, 'ops/bootstrap.mjs'));
  await execa('npm', ['install', '--package-lock-only', '--no-audit'], { cwd: folder });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bootstrap = (parameters: string[], environment: Record<string, string> = {}) =>
  execa('node', ['ops/bootstrap.mjs', ...parameters], { cwd: folder, env: { NODE_OPTIONS: '', ...environment } });

const hostile = {
  NODE_ENV: 'production',
  npm_config_omit: 'dev',
  npm_config_dry_run: 'true',
  npm_config_global: 'true',
};

test.each([[['--bin', 'tool']], [['ops/start.ts']]])(
  'installs for %j the development packages that an installation for production has left out',
  async (parameters) => {
    rmSync(path.join(folder, 'node_modules'), { recursive: true, force: true });
    expect((await bootstrap(['services/orders/main.ts'], { NODE_ENV: 'production' })).stdout).toBe('started');
    expect(existsSync(path.join(folder, 'node_modules', 'tool'))).toBe(false);

    const { stdout, stderr } = await bootstrap(parameters, hostile);

    expect(stdout).toBe('tool undefined');
    expect(stderr).toContain('Installing the packages');
    expect((await bootstrap(parameters, hostile)).stderr).toBe('');
  },
  120_000,
);

describe('a file of the project', () => {
  const begin = ['--import', 'data:text/javascript,globalThis.begun=true'];
  const run = async (environment: Record<string, string | undefined> = {}) => {
    const call = [...begin, 'ops/bootstrap.mjs', 'client/command-line/main.ts', '--flag', 'a b'];
    const env = { NODE_OPTIONS: '', NODE_COMPILE_CACHE: undefined, ...environment };
    const { exitCode, stdout, stderr } = await execa(process.execPath, call, { cwd: folder, env, reject: false });
    return { exitCode, stderr, told: JSON.parse(stdout) };
  };
  const seen = {
    argv: [process.execPath, expect.stringMatching(/client\/command-line\/main\.ts$/), '--flag', 'a b'],
    path: expect.stringMatching(`^${path.dirname(process.execPath)}${path.delimiter}`),
    cache: expect.stringMatching(/durable-checkout\/compiled$/),
    listeners: 0,
  };

  test('runs in the same process where Node is new enough', async () => {
    expect(await run()).toEqual({ exitCode: 3, stderr: '', told: { ...seen, isFirst: true } });
  });

  test.each([
    ['options of Node', { NODE_OPTIONS: '--no-warnings' }],
    ['certificates that are not there', { NODE_EXTRA_CA_CERTS: '/nowhere.pem' }],
  ])('runs in a Node of its own where the shell brings %s', async (_, environment) => {
    const { exitCode, told } = await run(environment);
    expect({ exitCode, told }).toEqual({ exitCode: 3, told: { ...seen, isFirst: false } });
  });
});

test('options of Node that a shell brings reach no program of the project', async () => {
  const { stdout } = await bootstrap(['--bin', 'tool'], { NODE_OPTIONS: '--no-warnings' });
  expect(stdout).toBe('tool undefined');
}, 60_000);
