import { ConfigurationError } from './configuration.ts';
import { requireHost } from './listening.ts';
import { createLogger, type Logger } from './logging.ts';
import { serveMetrics } from './metrics.ts';
import { outliveReaders } from './output.ts';
import { shedShell } from './shell.ts';
import { startTracing } from './trace-export.ts';

/** Something that runs until it is stopped. */
export interface Running {
  /** Where it listens or polls, human-readable. */
  readonly address: string;
  /** Finishes what is in flight, then lets go of every connection. */
  stop(): Promise<void>;
}

const longestStop = 20_000;

/**
 * The life of one process: starts it, says `ready` on standard output, shuts it down gracefully at SIGTERM or SIGINT.
 * Meanwhile it serves its metrics and sends its traces. Exits with 2 on a wrong environment and with 1 when the start or
 * the stop fails.
 */
export async function runProcess(name: string, start: (logger: Logger) => Promise<Running>): Promise<void> {
  shedShell();
  outliveReaders();
  const logger = createLogger(name);
  let running: Running;
  try {
    if (process.env['HOST']) await requireHost(process.env['HOST']);
    running = await startObserved(name, logger, start);
  } catch (error) {
    if (error instanceof ConfigurationError) {
      process.stderr.write(`${name}: ${error.message.replaceAll('\n', `\n${name}: `)}\n`);
      process.exit(2);
    }
    logger.fatal({ err: error }, 'the process could not start');
    process.exit(1);
  }
  process.stdout.write(`${name} ready ${running.address}\n`);

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    const overdue = setTimeout(() => {
      logger.error({ afterMilliseconds: longestStop }, 'did not stop in time');
      process.exit(1);
    }, longestStop);
    running.stop().then(
      () => {
        clearTimeout(overdue);
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'the stop failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Observed from before the start until after the stop, so that nothing of both is missed. */
async function startObserved(
  name: string,
  logger: Logger,
  start: (logger: Logger) => Promise<Running>,
): Promise<Running> {
  const tracing = await startTracing(name, logger);
  const metrics = await serveMetrics(logger);
  const running = await start(logger);
  return {
    address: running.address,
    async stop() {
      await running.stop();
      await metrics.stop();
      await tracing.stop();
    },
  };
}
