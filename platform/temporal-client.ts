import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client/index.js';
import { ConfigurationError } from './configuration.ts';

const connectTimeout = 5_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Temporal's own settings, from its standard variables and profiles. */
export function temporalSettings(environment: Environment) {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({ overrideEnvVars });
  const address = connectionOptions.address ?? 'localhost:7233';
  return { connectionOptions, namespace, address };
}

/** Says where Temporal was looked for, and what to do. */
export const unreachable = (address: string, namespace: string, error: unknown) =>
  new ConfigurationError(
    `Temporal cannot be reached at ${address}, namespace ${namespace} (${error instanceof Error ? error.message : error}); ` +
      'start it (`npm start` starts everything), or set TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE (or a profile of the Temporal CLI)',
  );

const optionsOf = ({ connectionOptions, address }: ReturnType<typeof temporalSettings>) =>
  ({ ...connectionOptions, address, connectTimeout }) as Parameters<typeof Connection.connect>[0];

/**
 * Connects a client by the standard settings: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, profiles, TLS and API key.
 *
 * @throws {ConfigurationError} that names the address, when nothing answers there
 */
export async function connectTemporalClient(
  environment: Environment = process.env,
): Promise<{ client: Client; connection: Connection }> {
  const settings = temporalSettings(environment);
  const { namespace, address } = settings;
  try {
    const connection = await Connection.connect(optionsOf(settings));
    return { client: createClient(connection, namespace), connection };
  } catch (error) {
    throw unreachable(address, namespace, error);
  }
}

/** A client by the same settings that connects when it is first used, and again whenever the server was away. */
export function openTemporalClient(environment: Environment = process.env): { client: Client; connection: Connection } {
  const settings = temporalSettings(environment);
  const connection = Connection.lazy(optionsOf(settings));
  return { client: createClient(connection, settings.namespace), connection };
}

/** What it starts, signals or updates belongs to the trace of the caller. */
const createClient = (connection: Connection, namespace: string): Client =>
  new Client({
    connection,
    namespace,
    interceptors: { workflow: [new OpenTelemetryWorkflowClientInterceptor()] },
  });
