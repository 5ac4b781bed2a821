import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { cacheDirectory } from '../../parts/cache.ts';
import { identify, signalProcess, withDescendants } from '../../parts/process-identity.ts';
import { waitUntil } from '../../parts/wait.ts';
import { hostileShell } from '../hostile-shell.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-shell-'));
const data = path.join(folder, 'data');
const addressesFile = path.join(data, 'addresses.json');
const home = path.join(folder, 'home');
const shell: Record<string, string | undefined> = {
  ...hostileShell,
  PATH: process.env['PATH'],
  HOME: home,
  XDG_CACHE_HOME: path.dirname(cacheDirectory()),
};

/** All that a process wrote until its reader went away, as `head` does after some lines. */
const firstLines: string[] = [];
let system: ChildProcess;

/** `umask 077; npm start 2>&1 | head -4` */
beforeAll(async () => {
  chmodSync(folder, 0o711);
  const profiles = path.join(home, '.config/temporalio');
  mkdirSync(profiles, { recursive: true });
  writeFileSync(
    path.join(profiles, 'temporal.toml'),
    '[profile.default]\naddress = "other.tmprl.cloud:7233"\nnamespace = "other"\napi_key = "key"\n',
  );
  const start = `umask 077; exec node ops/bootstrap.mjs ops/start.ts --data ${data} 2>&1`;
  system = spawn('/bin/sh', ['-c', start], { cwd: project, env: shell, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(system, 'exit');
  if (!system.stdout) throw new Error('npm start has no output');
  for await (const line of createInterface({ input: system.stdout })) {
    // The Node of the machine says so before any code of the project runs.
    if (!line.startsWith('Warning: Ignoring extra certs')) firstLines.push(line);
    if (firstLines.length === 4) break;
  }
  system.stdout.destroy();
  const isOver = ended.then(() => true);
  await waitUntil(async () => existsSync(addressesFile) || (await Promise.race([isOver, false])), { within: 120_000 });
}, 150_000);

afterAll(async () => {
  const own = identify(system.pid ?? -1);
  const left = own ? withDescendants(own) : [];
  for (const one of left) signalProcess(one, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A command of the command line, in the same shell. */
const cli = (...parameters: string[]) => {
  // Those by which a shell finds a system that another folder's `npm start` runs.
  const addresses = JSON.parse(readFileSync(addressesFile, 'utf8'));
  return execa('node', ['ops/bootstrap.mjs', 'client/command-line/main.ts', ...parameters], {
    cwd: project,
    env: { ...shell, ...addresses, TEMPORAL_PROFILE: undefined, FORCE_COLOR: undefined },
    extendEnv: false,
    reject: false,
  });
};

describe('in a shell that brings everything that has ever broken a process', () => {
  test('npm start says first what is used and what is not, by the names of the variables', () => {
    expect(firstLines).toEqual([
      expect.stringMatching(/^HOST is set to my-laptop.local, which is not used: .* unset it$/),
      expect.stringMatching(/^PAYMENT_PROVIDER_KEY is not used: without PAYMENT_PROVIDER_URL/),
      expect.stringMatching(/^Temporal is the local one: TEMPORAL_API_KEY, .* without TEMPORAL_ADDRESS is not used$/),
      'Started here: Temporal, RabbitMQ, PostgreSQL, a payment simulator, a mail sink',
    ]);
  });

  test('the system goes on when its output is no longer read, and completes a checkout', async () => {
    expect(system.exitCode).toBeNull();
    const seeds = ['customers', 'products', 'stock'].flatMap((name) => [`--${name}`, `demo/shop/${name}.json`]);
    expect(await cli('import', ...seeds)).toMatchObject({ exitCode: 0 });

    const placed = await cli('--json', 'place', '--customer', 'customer-123', '--line', 'product-1=2', '--wait');

    expect(placed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"completed"') });
  }, 60_000);

  test('a command whose reader has gone ends quietly', async () => {
    const listing = cli('list');
    listing.stdout.destroy();
    const { exitCode, stderr } = await listing;
    expect(stderr.replace(/.*extra certs.*\n?/, '')).toBe('');
    expect(exitCode).toBe(0);
  }, 30_000);

  test('Ctrl-C stops it in order', async () => {
    const ended = once(system, 'exit');
    system.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(existsSync(addressesFile)).toBe(false);
  }, 60_000);
});
