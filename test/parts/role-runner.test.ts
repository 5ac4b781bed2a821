import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Supervisor } from '../../ops/parts/supervisor.ts';
import { processOf } from '../../ops/system/role-process.ts';
import { RoleRunner } from '../../ops/system/role-runner.ts';

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
