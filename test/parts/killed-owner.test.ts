import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { stackVariable } from '../../parts/guard-messages.ts';
import { startParts } from '../../parts/index.ts';
import { processesWithEnvironment } from '../../parts/process-identity.ts';
import { waitUntil } from '../../parts/wait.ts';

const newFolder = () => mkdtempSync(path.join(tmpdir(), 'durable-checkout-owner-'));

async function startOwner(folder: string, kind: 'temporary' | 'kept'): Promise<{ owner: ChildProcess; url: string }> {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  const script = fileURLToPath(new URL('owner.ts', import.meta.url));
  const owner = spawn(process.execPath, [script, folder, kind], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await once(createInterface({ input: owner.stdout }), 'line');
  return { owner, url };
}

async function kill(owner: ChildProcess): Promise<void> {
  const gone = once(owner, 'exit');
  owner.kill('SIGKILL');
  await gone;
}

describe('when the process that started a stack is killed', () => {
  test('its parts and its temporary folder go away by themselves', async () => {
    const folder = newFolder();
    const { owner } = await startOwner(folder, 'temporary');
    expect(processesWithEnvironment(stackVariable, folder).length).toBeGreaterThan(3);
    await kill(owner);
    const gone = () => processesWithEnvironment(stackVariable, folder).length === 0 && !existsSync(folder);
    expect(await waitUntil(gone, { within: 30_000 })).toBe(true);
  }, 180_000);

  test('the next stack in its folder waits for that and finds the data', async () => {
    const folder = newFolder();
    const { owner, url } = await startOwner(folder, 'kept');
    const before = new pg.Client({ connectionString: url });
    await before.connect();
    await before.query('create table kept as select 42 as id');
    await before.end();
    await kill(owner);
    const parts = await startParts({ dataDirectory: folder, report: () => {} });
    try {
      expect(parts.postgres.url).toBe(url);
      const after = new pg.Client({ connectionString: url });
      await after.connect();
      expect((await after.query('select id from kept')).rows).toEqual([{ id: 42 }]);
      await after.end();
    } finally {
      await parts.stop();
      rmSync(folder, { recursive: true });
    }
  }, 180_000);
});
