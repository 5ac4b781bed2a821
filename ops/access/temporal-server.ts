import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { JWK } from 'jose';
import { startParts } from '../../parts/index.ts';
import { accepts, choosePort } from '../../parts/ports.ts';
import { waitUntil } from '../../parts/wait.ts';

/** What a self-hosted server of Temporal is made of. */
export interface TemporalPrograms {
  /** `go.temporal.io/server/cmd/server` */
  readonly server: string;
  /** `go.temporal.io/server/cmd/tools/sql` */
  readonly sqlTool: string;
}

/** A server of Temporal on PostgreSQL that verifies tokens, as in production. */
export interface AuthorizingServer {
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * @param key of the issuer, without its private half
 * @param audience the `aud` that means this server
 */
export async function startAuthorizingServer(
  { server, sqlTool }: TemporalPrograms,
  { key, audience, report }: { readonly key: JWK; readonly audience: string; report(line: string): void },
): Promise<AuthorizingServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-temporal-access-'));
  const parts = await startParts({ dataDirectory: folder, names: ['postgres'], temporary: true, report });
  const keys = createServer((_, answer) => {
    answer.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }));
  });
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
  const database = new URL(parts.postgres.url);
  await createSchemas(sqlTool, database);
  const port = await choosePort();
  const file = path.join(folder, 'temporal.yaml');
  await writeFile(
    file,
    JSON.stringify(await configuration({ database, port, audience, keys: addressOf(keys.address()) })),
  );
  const running = execa(server, ['--config-file', file, 'start'], { reject: false, all: true });
  const ready = await waitUntil(() => accepts('127.0.0.1', port), { within: 60_000, every: 200 });
  const stop = async () => {
    running.kill('SIGTERM');
    await running;
    await new Promise((resolve) => keys.close(resolve));
    await parts.stop();
  };
  if (ready) return { address: `127.0.0.1:${port}`, stop };
  await stop();
  throw new Error(`the server of Temporal did not start: ${String((await running).all).slice(-2_000)}`);
}

const addressOf = (address: AddressInfo | string | null) => `http://127.0.0.1:${(address as AddressInfo).port}/keys`;

const databases = { temporal: 'temporal', temporal_visibility: 'visibility' } as const;

async function createSchemas(sqlTool: string, database: URL): Promise<void> {
  const env = {
    SQL_PLUGIN: 'postgres12',
    SQL_HOST: database.hostname,
    SQL_PORT: database.port,
    SQL_USER: decodeURIComponent(database.username),
    SQL_PASSWORD: decodeURIComponent(database.password),
  };
  for (const [name, schema] of Object.entries(databases)) {
    const call = (...parameters: string[]) => execa(sqlTool, ['--db', name, ...parameters], { env });
    await call('create-database');
    await call('setup-schema', '-v', '0.0');
    await call('update-schema', '--schema-name', `postgresql/v12/${schema}`);
  }
}

interface Settings {
  readonly database: URL;
  readonly port: number;
  readonly audience: string;
  readonly keys: string;
}

/** The server's own workers come in by `internal-frontend`, which asks for no token and is not reached from outside. */
async function configuration({ database, port, audience, keys }: Settings): Promise<object> {
  const store = (databaseName: string) => ({
    sql: {
      pluginName: 'postgres12_pgx',
      databaseName,
      connectAddr: database.host,
      connectProtocol: 'tcp',
      user: decodeURIComponent(database.username),
      password: decodeURIComponent(database.password),
      maxConns: 10,
      maxIdleConns: 10,
    },
  });
  const service = async (grpcPort?: number) => ({
    rpc: {
      grpcPort: grpcPort ?? (await choosePort()),
      membershipPort: await choosePort(),
      bindOnIP: '127.0.0.1',
    },
  });
  return {
    log: { stdout: true, level: 'error' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: 4,
      datastores: { default: store('temporal'), visibility: store('temporal_visibility') },
    },
    global: {
      membership: { broadcastAddress: '127.0.0.1' },
      authorization: {
        jwtKeyProvider: { keySourceURIs: [keys], refreshInterval: '1m' },
        permissionsClaimName: 'permissions',
        audience,
        authorizer: 'default',
        claimMapper: 'default',
      },
    },
    services: {
      frontend: await service(port),
      'internal-frontend': await service(),
      history: await service(),
      matching: await service(),
      worker: await service(),
    },
    clusterMetadata: {
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: { active: { enabled: true, initialFailoverVersion: 1, rpcAddress: `127.0.0.1:${port}` } },
    },
  };
}
