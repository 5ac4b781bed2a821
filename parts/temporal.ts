import path from 'node:path';
import { programEnvironment } from './environment.ts';
import type { Part, PartContext } from './part.ts';
import { temporalBinary } from './temporal-install.ts';

/** How to reach Temporal. */
export type TemporalAccess = {
  /** `host:port` of the frontend. */
  address: string;
  /** The address of the Web UI, or undefined where it is not known (`TEMPORAL_UI_URL` names it). */
  webUserInterface: string | undefined;
  namespace: string;
};

/** The purposes that Temporal needs a port for. */
export const temporalPorts = ['frontend', 'web', 'metrics', 'http'] as const;

/** The development server of Temporal with its Web UI and its state on disk. */
export async function temporalPart(context: PartContext): Promise<{ part: Part; access: TemporalAccess }> {
  const binary = await temporalBinary(context.report);
  const address = `127.0.0.1:${context.port('frontend')}`;
  // TEMPORAL_NAMESPACE of a shell belongs to another server, and what is in this one would be out of sight.
  const namespace = 'default';
  const parameters = [
    'server',
    'start-dev',
    ...['--ip', '127.0.0.1', '--ui-ip', '127.0.0.1'],
    ...['--port', String(context.port('frontend')), '--ui-port', String(context.port('web'))],
    ...['--metrics-port', String(context.port('metrics')), '--http-port', String(context.port('http'))],
    ...['--namespace', namespace],
    ...['--db-filename', path.join(context.dataDirectory, 'temporal.db'), '--sqlite-pragma', 'journal_mode=WAL'],
    ...['--dynamic-config-value', 'system.enableActivityEagerExecution=true'],
    ...['--log-level', 'error'],
  ];
  const part: Part = {
    launch: async () =>
      context.startProcess({
        command: binary,
        parameters,
        environment: programEnvironment({}),
        directory: context.dataDirectory,
        log: 'temporal',
        stop: { signal: 'SIGTERM', patience: 10_000 },
      }),
    ready: () => answers(`http://127.0.0.1:${context.port('http')}/api/v1/namespaces/${namespace}`),
    readyWithin: 60_000,
  };
  const access = { address, webUserInterface: `http://127.0.0.1:${context.port('web')}`, namespace };
  return { part, access };
}

async function answers(address: string): Promise<boolean> {
  return fetch(address, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
}
