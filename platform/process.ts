import { Registry } from 'prom-client';
import { ConfigurationError, type Environment } from './configuration.ts';
import { observedBy } from './current-role.ts';
import { requireHost } from './listening.ts';
import { createLogger, type Logger } from './logging.ts';
import { measureProcess } from './metrics.ts';
import { serveMetrics } from './metrics-server.ts';
import { outliveReaders } from './output.ts';
import { Readiness } from './readiness.ts';
import type { NamedRole, Running } from './role.ts';
import { environmentOfRole, prefixOf } from './role-variables.ts';
import { shedShell } from './shell.ts';
import { longestStopMs } from './stop-times.ts';
import { startTracing } from './trace-export.ts';
import { describeAllowance } from './transport/clear-text.ts';
import { clientCertificate } from './transport/client-certificate.ts';

const signals = ['SIGTERM', 'SIGINT'] as const;

/** A role that runs, and can be taken out of what is sent to it before it is stopped. */
interface Started extends Running {
  withdraw(): void;
}

/**
 * The life of one process: starts its roles, says `<role> ready` on standard output for each, stops them in order at
 * SIGTERM or SIGINT. Meanwhile it serves their metrics and sends their traces. Exits with 2 on a wrong environment and
 * with 1 when a start or a stop fails: roles that share a process end together.
 *
 * @param stages roles that may stop at the same time, and behind them those that are needed until then
 * @param secretFields what must not be read in their logs: the names of fields
 */
export async function runRoles(
  stages: readonly (readonly NamedRole[])[],
  secretFields: readonly string[] = [],
): Promise<void> {
  shedShell();
  outliveReaders();
  measureProcess();
  const roles = stages.flat();
  const obeyBy = obeySignals();
  const started = new Map<NamedRole, Started>();
  const failures: unknown[] = [];
  await Promise.all(
    roles.map(async (role) => {
      const environment = environmentOfRole(role.name, process.env, roles.length === 1);
      try {
        const running = await startRole(role, environment, secretFields);
        started.set(role, running);
        // Once one has failed, what it lacks is the end of the log.
        if (failures.length === 0) process.stdout.write(`${role.name} ready ${running.address}\n`);
      } catch (error) {
        failures.push(error);
        tellFailure(role.name, error, environment, roles.length === 1);
      }
    }),
  );
  if (failures.length > 0) process.exit(failures.some((error) => error instanceof ConfigurationError) ? 2 : 1);
  const logger = createLogger(roles.map(({ name }) => name).join(' '));
  obeyBy(
    stopOf(
      stages.map((stage) => stage.flatMap((role) => started.get(role) ?? [])),
      logger,
    ),
  );
}

type Obey = (signal: NodeJS.Signals, number: number) => void;

/**
 * Ends by a signal that comes before the start has ended: the first process of a container ignores signals that it has no
 * handler for.
 *
 * @returns what has signals obeyed otherwise from now on. The handler stays: taking it away loses a signal that has just come
 */
function obeySignals(): (obey: Obey) => void {
  let obey: Obey = (_, number) => process.exit(128 + number);
  for (const signal of signals) process.on(signal, (name: NodeJS.Signals, number: number) => obey(name, number));
  return (next) => {
    obey = next;
  };
}

/** Observed from before the start until after the stop, so that nothing of both is missed. */
async function startRole(
  { name, role }: NamedRole,
  environment: Environment,
  secretFields: readonly string[],
): Promise<Started> {
  if (environment['HOST']) await requireHost(environment['HOST']);
  const logger = createLogger(name, environment['LOG_LEVEL'], secretFields);
  const allowed = describeAllowance(environment);
  if (allowed) logger.warn(allowed);
  // What is wrong with it is said now, not by the first call.
  clientCertificate();
  const context = { name, environment, logger };
  const tracing = await startTracing(name, logger);
  const readiness = new Readiness();
  const observation = { registry: new Registry(), tracers: tracing.tracers, readiness };
  return observedBy(observation, async () => {
    const metrics = await serveMetrics(context, readiness);
    const running = await role(context);
    readiness.started();
    return {
      ...running,
      withdraw: () => readiness.withdraw(),
      stop: () =>
        observedBy(observation, async () => {
          await running.stop();
          await metrics.stop();
          await tracing.stop();
        }),
    };
  });
}

function tellFailure(name: string, error: unknown, environment: Environment, isAlone: boolean): void {
  if (error instanceof ConfigurationError) {
    const lines = error.message.split('\n');
    const own = prefixOf(name);
    if (!isAlone) lines.push(`variables for it alone begin with ${own}, and its ports have to: ${own}PORT`);
    process.stderr.write(lines.map((line) => `${name}: ${line}\n`).join(''));
  } else {
    createLogger(name, environment['LOG_LEVEL']).fatal({ err: error }, 'the role could not start');
  }
}

function stopOf(stages: readonly (readonly Started[])[], logger: Logger): Obey {
  let stopping = false;
  return async (signal) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    const running = stages.flat();
    for (const role of running) role.withdraw();
    const afterMilliseconds = longestStopMs(running.map(({ graceMs = 0 }) => graceMs));
    const overdue = setTimeout(() => {
      logger.error({ afterMilliseconds }, 'did not stop in time');
      process.exit(1);
    }, afterMilliseconds);
    try {
      for (const stage of stages) await Promise.all(stage.map((running) => running.stop()));
      clearTimeout(overdue);
      process.exit(0);
    } catch (error) {
      logger.error({ err: error }, 'the stop failed');
      process.exit(1);
    }
  };
}
