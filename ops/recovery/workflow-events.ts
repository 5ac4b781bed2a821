import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type InjectedSinks,
  makeTelemetryFilterString,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { toEvents } from '../../bridge/activities.ts';
import type { MilestoneBatch } from '../../bridge/milestone.ts';
import { integrationEvents } from '../../events/contracts/index.ts';
import type { Envelope } from '../../messaging/envelope/envelope.ts';
import { workflowCode } from '../../workers/workflow-code.ts';
import type { PublicationSinks } from './publications.ts';

export interface WorkflowEventsOptions {
  readonly client: Client;
  readonly dataConverter: DataConverter;
  /** Workflows that were open then or later. */
  readonly since: string;
  /** Is given what one workflow has published, in its order. */
  readonly take: (events: readonly Envelope[]) => Promise<void>;
}

/** What was read of Temporal. */
export interface ReadWorkflows {
  readonly replayed: number;
  /** Those whose history does not replay, with the reason. */
  readonly unread: readonly string[];
}

const publicationsModule = fileURLToPath(new URL('publications.ts', import.meta.url));

/**
 * Replays the histories of workflows, and finds what they have published. It happens in this process alone: nothing is called, and
 * nothing changes at Temporal.
 */
export async function readWorkflowEvents(options: WorkflowEventsOptions): Promise<ReadWorkflows> {
  const { client, dataConverter, since, take } = options;
  installQuietRuntime();
  const bundle = await bundleWorkflowCode({
    ...workflowCode,
    workflowInterceptorModules: [...workflowCode.workflowInterceptorModules, publicationsModule],
    logger: new DefaultLogger('WARN'),
  });
  const found = new Map<string, Envelope[]>();
  const sinks: InjectedSinks<PublicationSinks> = {
    publications: {
      found: {
        callDuringReplay: true,
        fn({ workflowId, runId }, batch) {
          const events = toEvents(integrationEvents, batch as MilestoneBatch<typeof integrationEvents>, { workflowId });
          found.set(runId, [...(found.get(runId) ?? []), ...events]);
        },
      },
    },
  };
  const query = `ExecutionStatus = 'Running' OR CloseTime >= '${since}'`;
  const histories = client.workflow.list({ query: `(${query}) AND WorkflowType != 'temporal-sys-scheduler-workflow'` });
  const unread: string[] = [];
  let replayed = 0;
  for await (const { workflowId, runId, error } of Worker.runReplayHistories(
    { workflowBundle: bundle, dataConverter, sinks },
    histories.intoHistories({ concurrency: 10 }),
  )) {
    const events = found.get(runId) ?? [];
    found.delete(runId);
    if (error) unread.push(`${workflowId}: ${error.message}`);
    else replayed += 1;
    // What a workflow has told before its history did not fit any more is true all the same.
    await take(events);
  }
  return { replayed, unread };
}

function installQuietRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
  });
}
