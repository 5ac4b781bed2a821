import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { processOf } from '../../ops/system/role-process.ts';
import { RoleRunner } from '../../ops/system/role-runner.ts';
import { Supervisor } from '../../parts/supervisor.ts';

let folder: string;
let supervisor: Supervisor;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-'));
  supervisor = new Supervisor(folder);
});

afterAll(async () => {
  await supervisor.dismiss();
  await rm(folder, { recursive: true, force: true });
});

test('a process that is stopped while it is being started is not started', async () => {
  const runner = new RoleRunner(processOf('mail-sink'), supervisor, {}, () => undefined);

  const starting = runner.start();
  await runner.stop();

  await expect(starting).resolves.toBeUndefined();
  expect(runner.processId).toBeUndefined();
});

test('a process that does not start says why, however much the roles that share it say after it', async () => {
  const complaint = 'payment-webhooks: PAYMENT_WEBHOOK_SECRET is wrong';
  const others = `for (let line = 0; line < 9; line += 1) console.error(JSON.stringify({ level: 'info', msg: 'consuming' }))`;
  const program = `console.error('${complaint}'); ${others}; console.log('ledger ready http://127.0.0.1:1'); process.exit(2)`;
  const nodeOptions = ['--import', `data:text/javascript,${encodeURIComponent(program)}`];
  const runner = new RoleRunner({ ...processOf('mail-sink'), nodeOptions }, supervisor, {}, () => undefined);

  const start = runner.start();

  await expect(start).rejects.toThrow(`mail-sink did not start (exit code 2). From its log, `);
  await expect(start).rejects.toThrow(new RegExp(`:\\n${complaint}$`));
});
