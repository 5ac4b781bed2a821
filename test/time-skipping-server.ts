import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

let isQuiet = false;

/** The SDK's own log lines are not what a test is about. */
function quieten(): void {
  if (isQuiet) return;
  isQuiet = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
  });
}

/**
 * Starts a server that skips time. The SDK gives it five seconds, which a busy machine does not always keep.
 *
 * @param path its executable
 */
export async function startTimeSkippingServer(path: string, tries = 8): Promise<TestWorkflowEnvironment> {
  quieten();
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path } },
    });
  } catch (error) {
    if (tries === 1) throw error;
    return startTimeSkippingServer(path, tries - 1);
  }
}
