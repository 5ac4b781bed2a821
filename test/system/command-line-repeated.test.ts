import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createServiceClients, type ServiceClients } from '../../client/services.ts';
import { waitUntil } from '../../parts/wait.ts';
import { type Gate, openGate } from '../messaging/gate.ts';
import { startOnTerminal } from '../terminal.ts';
import { cli, main, ownShop, startCli } from './command-line-shop.ts';

const { run, customer, sku, place, line, open } = ownShop();
const gates: Gate[] = [];
let inventory: ServiceClients['inventory'];

beforeAll(async () => {
  await open();
  ({ inventory } = createServiceClients(process.env as Record<string, string>));
}, 120_000);

afterAll(() => Promise.all(gates.map((gate) => gate.close())));

/** The way to a part of the system, as its variable names it. */
async function gateTo(address: string): Promise<Gate> {
  const gate = await openGate(address);
  gates.push(gate);
  return gate;
}

/** A command that looks every second, and what it has told so far. */
function repeated(parameters: readonly string[], environment: Record<string, string> = {}) {
  const process = startCli([...parameters, '--watch', '--interval', '1'], '', environment);
  const told = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].on('data', (chunk) => {
      told[stream] += chunk;
    });
  }
  return {
    told,
    until: async (stream: keyof typeof told, text: string | RegExp) => {
      const found = await waitUntil(async () => new RegExp(text).test(told[stream]), { within: 50_000 });
      expect({ found, ...told }).toMatchObject({ found: true });
    },
    /** As Ctrl-C does. */
    async interrupt() {
      process.kill('SIGINT');
      const { exitCode, signal } = await process;
      return signal ?? exitCode;
    },
  };
}

const receive = (quantity: number) =>
  inventory.receiveStock({ receiptId: `${run}-${quantity}`, lines: [{ sku, quantity }] });

test('each answer that differs is told, with its time, until Ctrl-C', async () => {
  const watching = repeated(['stock', sku]);
  await watching.until('stdout', `\n${sku} +50 `);
  await receive(7);
  await watching.until('stdout', `\n${sku} +57 `);
  expect(await watching.interrupt()).toBe('SIGINT');
  const snapshots = watching.told.stdout.split(/\n\n/).filter(Boolean);
  expect(snapshots).toHaveLength(2);
  for (const snapshot of snapshots) expect(snapshot).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z\nproduct +received/);
  expect(watching.told.stderr).toBe('');
});

test('with --json each is a line; a front door that is away is told once, and found again', async () => {
  const gate = await gateTo(process.env['API_URL'] as string);
  const watching = repeated(['stock', sku, '--json'], { API_URL: gate.url.replace(/\/$/, '') });
  await watching.until('stdout', '"received":57');
  gate.shut();
  await watching.until('stderr', 'api');
  await receive(3);
  gate.open();
  await watching.until('stdout', '"received":60');
  expect(await watching.interrupt()).toBe('SIGINT');
  const documents = watching.told.stdout.trim().split('\n');
  expect(documents.map((each) => JSON.parse(each).stock[0].received)).toEqual([57, 60]);
  const [trouble, ...more] = watching.told.stderr.trim().split('\n');
  expect(JSON.parse(trouble ?? '')).toMatchObject({ error: { type: 'Unavailable' } });
  expect(more.filter((each) => each === trouble)).toEqual([]);
});

test('a terminal shows one picture, which is drawn again in its place, until Ctrl-C is typed', async () => {
  const call = [process.execPath, main, 'stock', sku, '--watch', '--interval', '1'];
  const watching = startOnTerminal(call, { env: { NODE_OPTIONS: '', TERM: 'xterm' } });
  let shown = '';
  watching.stdout.on('data', (chunk) => {
    shown += chunk;
  });
  // The heading, an empty line and the table with its two lines of heading.
  const redrawn = '\x1b[5A\x1b[Jevery 1 s, ';
  expect(await waitUntil(async () => shown.includes(redrawn), { within: 30_000 })).toBe(true);
  watching.stdin.write('\x03');
  expect((await watching).exitCode).toBe(130);
  expect(shown).toContain(`${sku} `);
});

test('a list goes on when the front door has been away', async () => {
  const gate = await gateTo(process.env['API_URL'] as string);
  const watching = repeated(['list', '--limit', '1000'], { API_URL: gate.url });
  await watching.until('stdout', 'checkout +customer');
  gate.shut();
  await watching.until('stderr', /^error: (Unavailable|DeadlineExceeded): /);
  const id = `${run}-meanwhile`;
  expect(await cli(place(...line('1'), '--id', id))).toMatchObject({ exitCode: 0 });
  gate.open();
  await watching.until('stdout', `${id} +${customer} +completed`);
  expect(await watching.interrupt()).toBe('SIGINT');
}, 120_000);

test('what cannot become right by waiting ends it', async () => {
  const { exitCode, stderr } = await cli(['history', `${run}-none`, '--watch']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringMatching(/^error: NotFound: /) });
});

test.each<[string, readonly string[], RegExp]>([
  ['an interval of nothing', ['list', '--watch', '--interval', '0'], /whole number from 1 to 3,600/],
  ['an interval without --watch', ['list', '--interval', '5'], /--interval needs --watch/],
  ['a description that does not change', ['topology', '--watch'], /--watch needs --compare/],
  ['a command that changes something', ['topology', 'migrate', '--watch'], /migrate has no --watch/],
])('%s is wrong usage', async (_, parameters, complaint) => {
  const { exitCode, stderr } = await cli(parameters);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringMatching(complaint) });
});
