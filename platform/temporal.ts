import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { ConfigurationError } from './configuration.ts';
import type { Logger } from './logging.ts';

const connectTimeout = 5_000;

type Environment = Readonly<Record<string, string | undefined>>;

function settings(environment: Environment) {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({ overrideEnvVars });
  const address = connectionOptions.address ?? 'localhost:7233';
  return { connectionOptions, namespace, address };
}

const unreachable = (address: string, namespace: string, error: unknown) =>
  new ConfigurationError(
    `Temporal cannot be reached at ${address}, namespace ${namespace} (${error instanceof Error ? error.message : error}); ` +
      'start it (`npm start` starts everything), or set TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE (or a profile of the Temporal CLI)',
  );

/**
 * Connects a client by the standard settings: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, profiles, TLS and API key.
 *
 * @throws {ConfigurationError} that names the address, when nothing answers there
 */
export async function connectTemporalClient(
  environment: Environment = process.env,
): Promise<{ client: Client; connection: Connection }> {
  const { connectionOptions, namespace, address } = settings(environment);
  try {
    const connection = await Connection.connect({ ...connectionOptions, address, connectTimeout } as Parameters<
      typeof Connection.connect
    >[0]);
    return { client: new Client({ connection, namespace }), connection };
  } catch (error) {
    throw unreachable(address, namespace, error);
  }
}

/**
 * Connects a worker by the same settings; waits for the server, since a worker may be started before it.
 *
 * @param logger where the SDK's own log lines go
 */
export async function connectTemporalWorker(
  logger: Logger,
): Promise<{ connection: NativeConnection; namespace: string }> {
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      const name = level.toLowerCase() as 'trace' | 'debug' | 'info' | 'warn' | 'error';
      logger[name]({ ...meta }, message);
    }),
    shutdownSignals: [],
  });
  const { connectionOptions, namespace, address } = settings(process.env);
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      return { connection: await NativeConnection.connect({ ...connectionOptions, address }), namespace };
    } catch (error) {
      if (Date.now() > deadline) throw unreachable(address, namespace, error);
      logger.warn({ address }, 'Temporal cannot be reached; trying again');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}
