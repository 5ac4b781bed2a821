import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { temporalTestServer } from '../../ops/parts/temporal-test-server.ts';

let folder: string;

/** Once for all workflow tests: bundles the workflows and finds the server that skips time. */
export default async function setUp(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'workflow-tests-'));
  const [{ code }, server] = await Promise.all([
    bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
      logger: new DefaultLogger('WARN'),
    }),
    temporalTestServer((line) => process.stderr.write(`${line}\n`)),
  ]);
  process.env['WORKFLOW_BUNDLE'] = join(folder, 'workflows.js');
  process.env['TEMPORAL_TEST_SERVER'] = server;
  await writeFile(process.env['WORKFLOW_BUNDLE'], code);
}

export async function tearDown(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
