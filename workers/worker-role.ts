import {
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker/index.js';
import { Worker, type WorkerOptions, type WorkerStatus } from '@temporalio/worker';
import { correlationOfActivity } from '../activities/correlation.ts';
import { ConfigurationError } from '../platform/configuration.ts';
import { probe } from '../platform/probe.ts';
import { readyWhile } from '../platform/ready-while.ts';
import type { RoleContext, Running } from '../platform/role.ts';
import { workerGraceMs } from '../platform/stop-times.ts';
import { connectTemporalWorker } from '../platform/temporal-worker.ts';

/**
 * Runs one worker until it is stopped: it then takes no more work and finishes what it has. Should one of its plugins find
 * out meanwhile that only people can help, the process ends with 2.
 *
 * @param options what the worker does; where Temporal is, and the keys of its payloads, come from the environment
 */
export async function startWorker(
  options: Omit<WorkerOptions, 'connection' | 'namespace' | 'dataConverter'>,
  context: RoleContext,
): Promise<Running> {
  const { connection, namespace, dataConverter } = await connectTemporalWorker(context);
  const worker = await Worker.create({
    shutdownGraceTime: workerGraceMs,
    // A cancellation reaches an activity with its next heartbeat: one a second, not four of five seconds later.
    maxHeartbeatThrottleInterval: '1s',
    interceptors: {
      activity: [
        (context) => ({
          inbound: new OpenTelemetryActivityInboundInterceptor(context),
          outbound: new OpenTelemetryActivityOutboundInterceptor(context),
        }),
        correlationOfActivity,
      ],
    },
    ...options,
    connection,
    namespace,
    dataConverter,
  });
  const run = worker.run();
  run.catch((error: unknown) => {
    context.logger.fatal({ err: error }, 'the worker has failed');
    process.exit(error instanceof ConfigurationError ? 2 : 1);
  });
  readyWhile(`the task queue ${options.taskQueue}`, () => requirePolling(worker.getStatus()));
  readyWhile(
    'Temporal',
    probe(() => connection.workflowService.getSystemInfo({})),
  );
  return {
    graceMs: workerGraceMs,
    address: `task queue ${options.taskQueue} in namespace ${namespace}`,
    async stop() {
      worker.shutdown();
      await run;
      await connection.close();
    },
  };
}

/** A worker without workflows has shut their poller down from the start. */
function requirePolling({ runState, workflowPollerState, activityPollerState }: WorkerStatus): void {
  if (runState !== 'RUNNING') throw new Error(`its worker is ${runState.toLowerCase()}`);
  const states = [workflowPollerState, activityPollerState];
  if (states.includes('FAILED') || !states.includes('POLLING')) {
    throw new Error(`its worker does not poll: workflows ${states.join(', activities ').toLowerCase()}`);
  }
}
