import type { DataConverter } from '@temporalio/common';
import { DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime } from '@temporalio/worker';
import { z } from 'zod';
import { readConfiguration } from './configuration.ts';
import { hostAndPort } from './listening.ts';
import { readDataConverter } from './payloads/data-converter.ts';
import type { RoleContext } from './role.ts';
import { renewedApiKey, temporalSettings, unreachable } from './temporal-client.ts';

/** As Prometheus would have them: `temporal_request_latency_seconds`, `temporal_request_total`. */
const names = { countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true };

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  /** Where the SDK's core serves its own metrics to Prometheus; by default it serves none. */
  TEMPORAL_METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
});

/** Whether the SDK's core, of which a process has one, is set up. */
let hasCore = false;

/** Of several workers in one process, the first gives their core its logger and its metrics port. */
function setUpCore({ logger, ...role }: Pick<RoleContext, 'environment' | 'logger'>): void {
  const { HOST, TEMPORAL_METRICS_PORT: metricsPort } = readConfiguration(environment, role.environment);
  if (hasCore) return;
  hasCore = true;
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      const name = level.toLowerCase() as 'trace' | 'debug' | 'info' | 'warn' | 'error';
      logger[name]({ ...meta }, message);
    }),
    // The lines of the SDK's core go through the same logger, instead of to the terminal in a form of their own.
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'WARN' }), forward: {} },
      ...(metricsPort !== undefined && {
        metrics: { prometheus: { bindAddress: hostAndPort(HOST, metricsPort), ...names } },
      }),
    },
    shutdownSignals: [],
  });
}

/**
 * What a worker is connected by: the same settings, and the same keys for its payloads. Waits for the server, since a worker may
 * be started before it.
 *
 * @throws {ConfigurationError} when nothing answers within a minute, or the key ring cannot be read
 */
export async function connectTemporalWorker(
  context: Pick<RoleContext, 'environment' | 'logger'>,
): Promise<{ connection: NativeConnection; namespace: string; dataConverter: DataConverter }> {
  setUpCore(context);
  const settings = temporalSettings(context.environment);
  const dataConverter = readDataConverter(context.environment);
  if (!context.environment['PAYLOAD_KEYS_FILE']) {
    context.logger.warn('payloads are written to Temporal in clear: PAYLOAD_KEYS_FILE names no key ring');
  }
  const { connectionOptions, namespace, address } = settings;
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      const connection = await NativeConnection.connect({ ...connectionOptions, address });
      renewedApiKey(settings)?.follow((key) => connection.setApiKey(key));
      return { connection, namespace, dataConverter };
    } catch (error) {
      if (Date.now() > deadline) throw unreachable(settings, error);
      context.logger.warn({ address }, 'Temporal cannot be reached; trying again');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}
