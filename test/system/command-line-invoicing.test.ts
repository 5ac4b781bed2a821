import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from '@temporalio/client';
import { MonthlyInvoicingClient } from '../../client/monthly-invoicing-client.ts';
import { waitUntil } from '../../parts/wait.ts';
import { monthIn } from '../../platform/zoned-time.ts';
import { openClients } from '../clients.ts';
import { startOnTerminal } from '../terminal.ts';
import { cli, main } from './command-line-shop.ts';

const run = `yew-${randomUUID().slice(0, 8)}`;
const month = `${run}/${monthIn('Europe/Berlin', new Date())}`;
const residents = 400;
let invoicing: MonthlyInvoicingClient;
let connection: Connection;

/** Residents who owe nothing: their runs leave no mails for which other tests would wait. */
beforeAll(async () => {
  const clients = await openClients();
  ({ connection } = clients);
  invoicing = new MonthlyInvoicingClient(clients.temporal, clients.services.billing);
  const folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-'));
  const file = async (name: string, content: unknown) => {
    await writeFile(path.join(folder, name), JSON.stringify(content));
    return path.join(folder, name);
  };
  const manager = { name: 'Mary Manager', email: `${run}@example.org` };
  const living = Array.from({ length: residents }, (_, index) => ({
    ...{ customerId: `${run}-${index}`, movedIn: '2025-01-01', charges: [] },
  }));
  const imported = await cli([
    'import',
    ...[
      '--communities',
      await file('c', [{ communityId: run, timeZone: 'Europe/Berlin', billingDay: 1, dueDay: 31, manager }]),
    ],
    ...['--residents', await file('r', { communityId: run, residents: living })],
  ]);
  expect(imported).toMatchObject({ exitCode: 0, stderr: '' });
  await rm(folder, { recursive: true });
}, 60_000);

const terminals: { kill(): unknown }[] = [];

afterAll(async () => {
  for (const terminal of terminals) terminal.kill();
  await connection?.close();
});

function onTerminal(...parameters: string[]) {
  const call = [process.execPath, main, 'invoicing', ...parameters];
  const running = startOnTerminal(call, { env: { NODE_OPTIONS: '', TERM: 'xterm', NO_COLOR: '1' } });
  terminals.push(running);
  const told = { text: '' };
  running.stdout.on('data', (chunk) => {
    told.text += chunk;
  });
  return { running, told };
}

describe('the invoicing of a month, on a terminal', () => {
  test('shows while it is watched how many residents of all are through, and how it ended', async () => {
    await invoicing.start(month);
    await invoicing.pause(month, { by: 'Grace', note: 'to look at it' });
    const { total: done = 0 } = await invoicing.status(month);
    const { running, told } = onTerminal('status', month, '--watch', '--interval', '1');
    expect(await waitUntil(async () => /State +paused/.test(told.text), { within: 30_000 })).toBe(true);
    expect(told.text).toMatch(new RegExp(`█*░+ \\d+ % \\| ${done} of ${residents} residents`));
    expect(done).toBeLessThan(residents);
    await invoicing.continue(month, { by: 'Grace', note: 'seen' });
    expect(await waitUntil(async () => /State +completed/.test(told.text), { within: 30_000 })).toBe(true);
    running.stdin.write('\x03');
    expect((await running).exitCode).toBe(130);
    const [, atTheEnd = ''] = told.text.split(/State +completed/);
    expect(atTheEnd).not.toContain('of 400 residents');
  }, 90_000);

  test('shows a bar while it is run by hand, up to the last resident', async () => {
    const { running, told } = onTerminal('run', month);
    expect((await running).exitCode).toBe(0);
    expect(told.text).toMatch(new RegExp(`${residents} of ${residents} residents`));
    expect(told.text).toMatch(new RegExp(`Outcome +completed[^]*Residents +${residents}`));
  }, 60_000);

  test('is one document with --json, there as elsewhere', async () => {
    const { running, told } = onTerminal('run', month, '--json');
    expect((await running).exitCode).toBe(0);
    expect(JSON.parse(told.text)).toMatchObject({ outcome: 'completed', total: residents });
    const status = await cli(['invoicing', 'status', month, '--json']);
    expect(status).toMatchObject({ exitCode: 0, stderr: '' });
    expect(Object.keys(JSON.parse(status.stdout))).not.toContain('billable');
    expect(await cli(['invoicing', 'run', month])).toMatchObject({ exitCode: 0, stderr: '' });
  }, 60_000);
});
