import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import * as workflows from '../../workflows/index.ts';
import { processes } from '../../workflows/processes.ts';
import { endings } from '../histories/endings.ts';

const folder = new URL('../histories/', import.meta.url);
const recorded = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file): [string, History] => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8'))]);

interface History {
  readonly events: readonly {
    readonly workflowExecutionStartedEventAttributes?: {
      readonly workflowType: { readonly name: string };
      readonly input: { readonly payloads: readonly { readonly data: string }[] };
    };
  }[];
}

/** A process runs under the id that its request gives it; a history does not name its workflow. */
function workflowIdOf({ events: [started] }: History): string {
  const { workflowType, input } = started?.workflowExecutionStartedEventAttributes ?? {};
  const [payload] = input?.payloads ?? [];
  const request = JSON.parse(Buffer.from(payload?.data ?? '', 'base64').toString('utf8'));
  const process = processes.find(({ workflowTypes }) => workflowTypes.includes(workflowType?.name ?? ''));
  return process ? process.workflowIdOf(request[process.idField]) : 'any';
}

beforeAll(() => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
  });
});

describe('the workflows of the past', () => {
  test.each(recorded)('%s replays with the workflows of today', async (_, history) => {
    await expect(
      Worker.runReplayHistory(
        { workflowBundle: { codePath: process.env['WORKFLOW_BUNDLE'] ?? '' } },
        history,
        workflowIdOf(history),
      ),
    ).resolves.toBeUndefined();
  });

  test('have every ending of every workflow among them', () => {
    const names = recorded.map(([file]) => file.replace(/^.*\/|\.json$/g, ''));
    expect(names).toEqual(expect.arrayContaining(Object.keys(endings)));
    for (const workflow of Object.keys(workflows)) {
      expect(names.filter((name) => name.startsWith(`${workflow}-`)).length).toBeGreaterThan(1);
    }
  });
});

test('a workflow that does other things than it did is found out', async () => {
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('broken/index.ts', import.meta.url)),
    logger: new DefaultLogger('WARN'),
  });
  const [, completed] = recorded.find(([file]) => file.endsWith('/checkout-completed.json')) ?? [];
  await expect(Worker.runReplayHistory({ workflowBundle }, completed as object)).rejects.toThrow(
    DeterminismViolationError,
  );
});
