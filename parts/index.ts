/** The real parts that the product stands on: found or installed, started, watched and stopped. */
import path from 'node:path';
import { shedShell } from '../platform/shell.ts';
import { requireSpace } from './cache.ts';
import { outsidePostgres, outsideRabbitMq, outsideTemporal } from './outside.ts';
import { type PartName, type TlsFiles, titles } from './part.ts';
import { PartError } from './part-error.ts';
import { type PostgresAccess, type PostgresSettings, postgresPart } from './postgres.ts';
import { postgresBinaries } from './postgres-install.ts';
import { type RabbitMqAccess, rabbitMqPart } from './rabbitmq.ts';
import { rabbitMqServer } from './rabbitmq-install.ts';
import type { Report } from './report.ts';
import { Stack } from './stack.ts';
import { type TemporalAccess, temporalPart } from './temporal.ts';
import { temporalBinary } from './temporal-install.ts';
import { temporalTestServer } from './temporal-test-server.ts';
import { unprivilegedUser } from './unprivileged-user.ts';

export type { PartName, TlsFiles } from './part.ts';
export { PartError, type PartErrorReason } from './part-error.ts';
export type { PostgresAccess, PostgresSettings } from './postgres.ts';
export type { RabbitMqAccess } from './rabbitmq.ts';
export type { Report } from './report.ts';
export type { TemporalAccess } from './temporal.ts';

/** What can be installed: the parts, and the test server that skips time. */
export type InstallName = PartName | 'temporal-test-server';

/** What to start, and where. */
export type StartOptions = {
  /** The stack's folder: data, ports, logs. Made when it is missing. */
  dataDirectory: string;
  /** Default: all. */
  names?: readonly PartName[];
  report: Report;
  postgresSettings?: PostgresSettings;
  /** With it, RabbitMQ and PostgreSQL speak TLS and nothing else; Temporal's server for development cannot. */
  tls?: TlsFiles | undefined;
  /** Remove the folder when the stack stops, even when this process is killed. Default: false. */
  temporary?: boolean;
};

/** A running stack. Reading how to reach a part that was not started throws a PartError. */
export type Parts = {
  readonly temporal: TemporalAccess;
  readonly rabbitmq: RabbitMqAccess;
  readonly postgres: PostgresAccess;
  /** Stops everything that was started, and removes a temporary folder. May be called more than once. */
  stop: () => Promise<void>;
  /** Stops one part in order and starts it again, on the same ports and data. */
  restart: (name: PartName) => Promise<void>;
  /**
   * Sends a signal to one part, for tests of faults. `SIGTERM`, the default, shuts it down gracefully. Resolves when it is
   * gone, or at once for `SIGSTOP` and `SIGCONT`. `failed` stays silent about it.
   */
  kill: (name: PartName, signal?: NodeJS.Signals) => Promise<void>;
  /** Starts a part again that was killed or has died, on the same ports and data. Does nothing when it runs. */
  start: (name: PartName) => Promise<void>;
  /** Is aborted, with a PartError as its reason, when a part dies by itself. */
  readonly failed: AbortSignal;
};

const installers: Record<InstallName, (report: Report) => Promise<unknown>> = {
  temporal: temporalBinary,
  rabbitmq: rabbitMqServer,
  postgres: async (report) => postgresBinaries(unprivilegedUser(), report),
  'temporal-test-server': temporalTestServer,
};

const outside = { temporal: outsideTemporal, rabbitmq: outsideRabbitMq, postgres: outsidePostgres };

/**
 * Finds the parts and installs what is missing, side by side. A part whose address the environment names is left out.
 * @throws PartError when one cannot be installed
 */
export async function installParts(names: readonly InstallName[], report: Report): Promise<void> {
  await Promise.all(names.filter((name) => !hasAddress(name)).map((name) => installers[name](report)));
}

function hasAddress(name: InstallName): boolean {
  const variable = { temporal: 'TEMPORAL_ADDRESS', rabbitmq: 'AMQP_URL', postgres: 'DATABASE_URL' }[name as string];
  return variable !== undefined && (process.env[variable] ?? '') !== '';
}

/**
 * Starts the parts and waits until all of them serve. A part whose address is in the environment (`TEMPORAL_ADDRESS`,
 * `AMQP_URL`, `DATABASE_URL`) is only checked. When one fails, the others are stopped again.
 * @throws PartError
 */
export async function startParts(options: StartOptions): Promise<Parts> {
  shedShell();
  const { report, postgresSettings, tls, temporary = false, names = ['temporal', 'rabbitmq', 'postgres'] } = options;
  const dataDirectory = path.resolve(options.dataDirectory);
  const given = await reachOutside(names, report);
  const own = names.filter((name) => given[name] === undefined);
  requireSpace('The stack', dataDirectory, 300);
  const stack = await Stack.open({ dataDirectory, temporary, names: own, report, tls });
  try {
    await installParts(own, report);
    const started = await allOrFirstError({
      temporal: own.includes('temporal') ? stack.begin('temporal', temporalPart) : given.temporal,
      rabbitmq: own.includes('rabbitmq') ? stack.begin('rabbitmq', rabbitMqPart) : given.rabbitmq,
      postgres: own.includes('postgres')
        ? stack.begin('postgres', (context) => postgresPart(context, postgresSettings))
        : given.postgres,
    });
    return {
      get temporal() {
        return started.temporal ?? notStarted('temporal');
      },
      get rabbitmq() {
        return started.rabbitmq ?? notStarted('rabbitmq');
      },
      get postgres() {
        return started.postgres ?? notStarted('postgres');
      },
      stop: () => stack.stop(),
      start: async (name) => stack.runner(name).start(),
      kill: async (name, signal = 'SIGTERM') => stack.runner(name).kill(signal),
      restart: async (name) => {
        await stack.runner(name).stop();
        await stack.runner(name).start();
      },
      failed: stack.failed,
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

type Access = { temporal?: TemporalAccess; rabbitmq?: RabbitMqAccess; postgres?: PostgresAccess };

async function reachOutside(names: readonly PartName[], report: Report): Promise<Access> {
  const reached = await Promise.all(
    names.map(async (name) => {
      const access = await outside[name]();
      if (access !== undefined) report(`${titles[name]}: using the one that the environment names`);
      return [name, access] as const;
    }),
  );
  return Object.fromEntries(reached.filter(([, access]) => access !== undefined));
}

/** Waits for all of them even when one fails, so that nothing is still starting while the stack is being stopped. */
async function allOrFirstError<Values extends Record<string, unknown>>(
  values: Values,
): Promise<{ [Name in keyof Values]: Awaited<Values[Name]> }> {
  const names = Object.keys(values);
  const results = await Promise.allSettled(Object.values(values));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return Object.fromEntries(
    results.map((result, index) => [names[index], result.status === 'fulfilled' ? result.value : undefined]),
  ) as { [Name in keyof Values]: Awaited<Values[Name]> };
}

function notStarted(name: PartName): never {
  throw new PartError(titles[name], {
    reason: 'wrong-setting',
    happened: 'It was not among the parts to start.',
    remedy: `Add "${name}" to the names given to startParts.`,
  });
}
