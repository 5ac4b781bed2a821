import { execFile as execFileWithCallback } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporalTestServer } from '../../parts/temporal-test-server.ts';

const execFile = promisify(execFileWithCallback);
const bundler = fileURLToPath(new URL('../../workers/bundle.ts', import.meta.url));

let folder: string;

/** Once for all workflow tests: bundles the workflows, as workers load them, and finds the server that skips time. */
export default async function setUp(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'workflow-tests-'));
  const bundle = join(folder, 'workflows.js');
  const [server] = await Promise.all([
    temporalTestServer((line) => process.stderr.write(`${line}\n`)),
    execFile(process.execPath, [bundler, bundle]),
  ]);
  process.env['WORKFLOW_BUNDLE'] = bundle;
  process.env['TEMPORAL_TEST_SERVER'] = server;
}

export async function tearDown(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
