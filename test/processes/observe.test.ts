import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { openParts } from '../../ops/audit/open-parts.ts';
import { waitUntil } from '../../parts/wait.ts';

/** What `npm start -- --observe` says and leaves, as who has started it finds it. */

const project = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let running: ReturnType<typeof launch>;
let printed = '';

const launch = () =>
  execa('node', ['ops/bootstrap.mjs', 'ops/start.ts', '--data', folder, '--observe'], {
    cwd: project,
    env: { NODE_OPTIONS: '' },
    reject: false,
    all: true,
  });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-observe-'));
  running = launch();
  running.all.on('data', (text: Buffer) => {
    printed += text.toString('utf8');
  });
  const hasEnded = running.then(() => true);
  const isReady = () => printed.includes('From another terminal');
  await Promise.race([waitUntil(isReady, { within: 150_000, every: 50 }), hasEnded]);
}, 200_000);

afterAll(async () => {
  running?.kill('SIGTERM');
  await running;
  await rm(folder, { recursive: true, force: true });
}, 60_000);

interface Target {
  readonly health: string;
  readonly labels: Readonly<Record<string, string>>;
}

test('names a Prometheus that reads every role, and knows the rules', async () => {
  expect(printed).toMatch(/Prometheus +http:/);
  const [, url] = /Prometheus +(http:\S+)\/alerts/.exec(printed) ?? [];
  const ask = async (what: string) => {
    const answer = (await (await fetch(`${url}/api/v1/${what}`)).json()) as {
      readonly data: { readonly activeTargets: Target[]; readonly groups: unknown[] };
    };
    return answer.data;
  };
  let targets: Target[] = [];
  const areUp = async () => {
    targets = (await ask('targets')).activeTargets;
    return targets.length > 0 && targets.every(({ health }) => health === 'up');
  };
  expect(await waitUntil(areUp, { within: 30_000, every: 250 })).toBe(true);
  expect(new Set(targets.map(({ labels }) => labels['job']))).toEqual(new Set(['durable-checkout']));
  expect(targets.map(({ labels }) => labels['role'])).toEqual(expect.arrayContaining(['ledger-consumer', 'orders']));
  const { groups } = await ask('rules');
  expect(groups.length).toBeGreaterThan(1);
});

test('leaves the addresses by which the auditor reads all that there is to audit', async () => {
  const addresses = JSON.parse(await readFile(path.join(folder, 'addresses.json'), 'utf8'));
  const parts = await openParts(addresses);
  await parts.close();
});
