import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';

const folder = new URL('../histories/', import.meta.url);
const recorded = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file): [string, object] => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8'))]);

beforeAll(() => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
  });
});

describe('the checkouts of the past', () => {
  test.each(recorded)('%s replays with the workflows of today', async (_, history) => {
    await expect(
      Worker.runReplayHistory({ workflowBundle: { codePath: process.env['WORKFLOW_BUNDLE'] ?? '' } }, history),
    ).resolves.toBeUndefined();
  });

  test('cover every ending', () => {
    expect(recorded.map(([file]) => file)).toEqual(
      expect.arrayContaining(
        ['completed', 'declined', 'insufficient', 'out-of-stock', 'unknown', 'banned', 'price', 'cancelled'].map(
          (ending) => `checkout-${ending}.json`,
        ),
      ),
    );
  });
});

test('a workflow that does other things than it did is found out', async () => {
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('broken/index.ts', import.meta.url)),
    logger: new DefaultLogger('WARN'),
  });
  const [, completed] = recorded.find(([file]) => file === 'checkout-completed.json') ?? [];
  await expect(Worker.runReplayHistory({ workflowBundle }, completed as object)).rejects.toThrow(
    DeterminismViolationError,
  );
});
