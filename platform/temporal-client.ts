import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import {
  type ClientConfigProfile,
  type ClientConnectConfig,
  loadClientConfigProfile,
  loadClientConnectConfig,
} from '@temporalio/envconfig';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client/index.js';
import { ConfigurationError, type Environment, readVariable } from './configuration.ts';
import { readDataConverter } from './payloads/data-converter.ts';
import { isLoopback } from './shell.ts';
import { RenewedApiKey } from './temporal-api-key.ts';
import { allowsClearText, clearTextVariable } from './transport/clear-text.ts';

const connectTimeout = 5_000;

/** How Temporal is reached, and which variable or profile says so. */
export interface TemporalSettings {
  readonly connectionOptions: Omit<ClientConnectConfig['connectionOptions'], 'address'>;
  readonly address: string;
  readonly namespace: string;
  readonly source: string;
  /** Where a file holds the key: then the key is what it held at the start. */
  readonly apiKeyFile?: string;
}

/**
 * Temporal's own settings, from its standard variables and profiles. An address and what opens it (key, TLS, headers)
 * belong together: a profile that `TEMPORAL_PROFILE` does not name counts only for its own address, and a key without
 * any address for none; a server on this machine is not asked for TLS nor given a key unless `TEMPORAL_TLS` says so. So
 * no key is ever sent where it was not made for.
 *
 * @throws {ConfigurationError} when the file of profiles, or the profile, cannot be read, or when what is sent would leave this
 *   machine in clear text
 */
export function temporalSettings(environment: Environment): TemporalSettings {
  const apiKey = readVariable('TEMPORAL_API_KEY', environment);
  const found = findSettings(withoutEmpty({ ...environment, TEMPORAL_API_KEY: apiKey }));
  const file = environment['TEMPORAL_API_KEY_FILE'];
  const isOfFile = file && apiKey !== undefined && found.connectionOptions.apiKey === apiKey;
  const settings = { ...found, ...(isOfFile && { apiKeyFile: file }) };
  const isEncrypted = settings.connectionOptions.tls || isLoopback(settings.address);
  if (isEncrypted || allowsClearText('TEMPORAL_ADDRESS', environment)) return settings;
  throw new ConfigurationError(
    `TEMPORAL_ADDRESS is wrong: what is sent to ${settings.address} leaves this machine in clear text; set TEMPORAL_TLS=true, or ` +
      `allow it with ${clearTextVariable}=TEMPORAL_ADDRESS`,
  );
}

function findSettings(overrideEnvVars: Record<string, string>): TemporalSettings {
  const { TEMPORAL_ADDRESS: named, TEMPORAL_PROFILE: profile } = overrideEnvVars;
  if (named === undefined) {
    const { connectionOptions, namespace = 'default' } = readSettings({ overrideEnvVars });
    const { address, ...opens } = connectionOptions;
    if (address) return { connectionOptions: opens, namespace, address, source: `the profile ${profile ?? 'default'}` };
    const { TEMPORAL_NAMESPACE: local = 'default' } = overrideEnvVars;
    return { connectionOptions: {}, namespace: local, address: 'localhost:7233', source: 'the default' };
  }
  const isOfProfile = profile !== undefined || readProfile(overrideEnvVars)?.address === named;
  const { TEMPORAL_NAMESPACE: local = 'default', TEMPORAL_TLS: tls } = overrideEnvVars;
  if (isLoopback(named) && !isOfProfile && tls === undefined) {
    return { connectionOptions: {}, namespace: local, address: named, source: 'TEMPORAL_ADDRESS' };
  }
  const { connectionOptions, namespace = 'default' } = readSettings({ overrideEnvVars, disableFile: !isOfProfile });
  const { address: _, ...opens } = connectionOptions;
  return { connectionOptions: opens, namespace, address: named, source: 'TEMPORAL_ADDRESS' };
}

function readSettings(options: Parameters<typeof loadClientConnectConfig>[0]): ClientConnectConfig {
  try {
    return loadClientConnectConfig(options);
  } catch (error) {
    throw new ConfigurationError(
      `the profile of Temporal cannot be used (${error instanceof Error ? error.message : error}); correct ` +
        'TEMPORAL_PROFILE, the file of profiles (TEMPORAL_CONFIG_FILE) or TEMPORAL_TLS_…, or unset them',
    );
  }
}

/** The profile that counts where no address is named, or undefined where there is none that can be read. */
export function readProfile(environment: Environment): ClientConfigProfile | undefined {
  const overrideEnvVars = withoutEmpty(environment);
  try {
    return loadClientConfigProfile({ overrideEnvVars, disableEnv: true });
  } catch {
    return undefined;
  }
}

const withoutEmpty = (environment: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])));

/** Says where Temporal was looked for, and what to do. */
export const unreachable = ({ address, namespace, source }: TemporalSettings, error: unknown) =>
  new ConfigurationError(
    `Temporal cannot be reached at ${address} (${source}), namespace ${namespace} (${error instanceof Error ? error.message : error}); ` +
      'start it (`npm start` starts everything), or set TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE (or a profile of the Temporal CLI)',
  );

function optionsOf(settings: TemporalSettings): ConnectionOptions {
  const { connectionOptions, address } = settings;
  const renewed = renewedApiKey(settings);
  return {
    ...connectionOptions,
    ...(renewed && { apiKey: () => renewed.current() }),
    address,
    connectTimeout,
    // No proxy is asked for an address of this machine, whatever the shell says.
    ...(isLoopback(address) && { channelArgs: { 'grpc.enable_http_proxy': 0 } }),
  } as ConnectionOptions;
}

/** The key where a file holds it; it may be replaced while the process runs. */
export function renewedApiKey({ apiKeyFile, connectionOptions }: TemporalSettings): RenewedApiKey | undefined {
  return apiKeyFile ? new RenewedApiKey(apiKeyFile, String(connectionOptions.apiKey)) : undefined;
}

/**
 * Connects a client by the standard settings: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, profiles, TLS and API key.
 *
 * Payloads are sealed where `PAYLOAD_KEYS_FILE` names a key ring.
 *
 * @throws {ConfigurationError} that names the address, when nothing answers there, or the key ring that cannot be read
 */
export async function connectTemporalClient(
  environment: Environment = process.env,
): Promise<{ client: Client; connection: Connection }> {
  const settings = temporalSettings(environment);
  const dataConverter = readDataConverter(environment);
  try {
    const connection = await Connection.connect(optionsOf(settings));
    return { client: createClient(connection, settings.namespace, dataConverter), connection };
  } catch (error) {
    throw unreachable(settings, error);
  }
}

/**
 * A client by the same settings that connects when it is first used, and again whenever the server was away.
 *
 * @throws {ConfigurationError} when the key ring cannot be read
 */
export function openTemporalClient(environment: Environment): { client: Client; connection: Connection } {
  const settings = temporalSettings(environment);
  const connection = Connection.lazy(optionsOf(settings));
  return { client: createClient(connection, settings.namespace, readDataConverter(environment)), connection };
}

/** What it starts, signals or updates belongs to the trace of the caller. */
const createClient = (connection: Connection, namespace: string, dataConverter: DataConverter): Client =>
  new Client({
    connection,
    namespace,
    dataConverter,
    interceptors: { workflow: [new OpenTelemetryWorkflowClientInterceptor()] },
  });
