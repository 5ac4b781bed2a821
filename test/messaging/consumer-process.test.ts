import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { choosePort } from '../../parts/ports.ts';
import type { RoleName } from '../../roles/roles.ts';
import { accessVariables } from '../identities.ts';
import { amqpUrl, databaseUrl, eventually } from './environment.ts';
import { type Gate, openGate } from './gate.ts';

let gate: Gate | undefined;
let child: ChildProcess | undefined;
let access: Readonly<Record<string, string>>;

beforeAll(async () => {
  access = await accessVariables();
});

afterEach(async () => {
  if (child && child.exitCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  child = undefined;
  await gate?.close();
  gate = undefined;
});

/** Starts a role, the ledger's consumer; `seen` resolves with the first line of its output that contains a text. */
function start(environment: Record<string, string>, role: RoleName = 'ledger-consumer') {
  const started = spawn(process.execPath, ['roles/main.ts', role], {
    env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl(), PORT: '0', ...access, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  const lines: string[] = [];
  const waiting = new Set<(line: string) => void>();
  for (const input of [started.stdout, started.stderr]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      for (const notice of waiting) notice(line);
    });
  }
  const seen = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const notice = (line: string) => line.includes(text) && resolve(line);
      lines.forEach(notice);
      waiting.add(notice);
      started.once('close', () => reject(new Error(`the process ended without "${text}":\n${lines.join('\n')}`)));
    });
  return { seen, process: started, lines };
}

const asStranger = (url: string) => url.replace('//', '//stranger:secret@').replace(/secret@.*@/, 'secret@');

test('a consumer waits for a broker that is down, takes up its work and stops in order', async () => {
  gate = await openGate(amqpUrl());
  gate.shut();

  const port = await choosePort();
  const consumer = start({ AMQP_URL: gate.url, METRICS_PORT: String(port) });
  const readiness = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).text();
  await consumer.seen('not connected to the broker; trying again');
  await consumer.seen('ledger-consumer ready amqp://127.0.0.1:');
  expect(await readiness()).toBe('the consumer ledger: it takes no messages from its queue\n');
  gate.open();
  await consumer.seen('"consuming"');
  await eventually(async () => (await readiness()) === 'ready\n');

  const ended = once(consumer.process, 'exit');
  consumer.process.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('it comes back by itself after the broker was away', async () => {
  gate = await openGate(amqpUrl());
  const consumer = start({ AMQP_URL: gate.url });
  await consumer.seen('ready');
  consumer.lines.length = 0;

  gate.shut();
  await consumer.seen('not connected to the broker; trying again');
  gate.open();

  await consumer.seen('"consuming"');
});

test.each(['ledger-consumer', 'customers', 'dead-letters'] as const)(
  '%s ends when a broker that comes back refuses its login again and again',
  async (role) => {
    gate = await openGate(amqpUrl());
    gate.shut();
    const started = start({ AMQP_URL: asStranger(gate.url) }, role);
    const ended = once(started.process, 'exit');
    await started.seen(' ready ');

    gate.open();

    expect(await ended).toEqual([2, null]);
    expect(started.lines.at(-1)).toContain('refuses its user and password');
  },
);

test.each([
  ['a refused login', () => asStranger(amqpUrl()), 'refuses its user and password'],
  ['no broker address', () => '', 'AMQP_URL is missing'],
  ['another protocol', () => 'http://localhost', 'AMQP_URL is wrong: use amqp:'],
])('%s ends in one line that names AMQP_URL', async (_, url, message) => {
  const consumer = start({ AMQP_URL: url() });
  const closed = once(consumer.process, 'close');

  const [code] = await closed;

  expect(code).toBe(2);
  expect(consumer.lines).toEqual([expect.stringContaining(message)]);
  expect(consumer.lines[0]).not.toContain('secret');
});

test.each([
  ['a login', (url: URL) => Object.assign(url, { username: 'stranger', password: 'secret' }), '"stranger"'],
  ['a database', (url: URL) => Object.assign(url, { pathname: '/nowhere' }), '"nowhere"'],
])('%s that PostgreSQL refuses ends it in one line that names DATABASE_URL', async (_, change, named) => {
  const consumer = start({ AMQP_URL: amqpUrl(), DATABASE_URL: change(new URL(databaseUrl())).href });
  const [code] = await once(consumer.process, 'close');

  expect(code).toBe(2);
  expect(consumer.lines).toEqual([expect.stringMatching(/^ledger-consumer: DATABASE_URL is wrong: /)]);
  expect(consumer.lines[0]).toContain(named);
  expect(consumer.lines[0]).not.toContain('secret');
});
