import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeWhole } from '../platform/state-file.ts';
import { run } from './command.ts';
import { programEnvironment } from './environment.ts';
import type { Part, PartContext, TlsFiles } from './part.ts';
import { messageOf, PartError } from './part-error.ts';
import { postgresFolder } from './postgres-folder.ts';
import { postgresBinaries } from './postgres-install.ts';
import { rememberedPassword } from './remembered-password.ts';
import { type UnprivilegedUser, unprivilegedUser } from './unprivileged-user.ts';

/** How to reach PostgreSQL. */
export type PostgresAccess = { /** For any client, with user, password and database. */ url: string };

/** How PostgreSQL is to run. */
export type PostgresSettings = {
  /** Whether a committed row outlives a crash of the machine; `false` is faster, for tests. Default: true. */
  durable?: boolean;
  /** Connections at the same time. Default: 200. */
  maxConnections?: number;
  /** Any other setting of PostgreSQL by its name, e.g. `{ log_statement: 'all' }`. */
  parameters?: Readonly<Record<string, string>>;
};

/** The purposes that PostgreSQL needs a port for. */
export const postgresPorts = ['server'] as const;

/** A private PostgreSQL, reachable from this machine only. */
export async function postgresPart(
  context: PartContext,
  settings: PostgresSettings = {},
): Promise<{ part: Part; access: PostgresAccess }> {
  const user = unprivilegedUser();
  const binaries = await postgresBinaries(user, context.report);
  const password = rememberedPassword('PostgreSQL', path.join(context.dataDirectory, 'postgres-password'));
  const data = postgresFolder(context.dataDirectory, user);
  if (!existsSync(path.join(data, 'PG_VERSION'))) await initialise({ binaries, data, password, user, settings });
  const port = context.port('server');
  const verified = context.tls ? `?sslmode=verify-full&sslrootcert=${context.tls.authority}` : '';
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres${verified}`;
  const part: Part = {
    launch: async () => {
      if (context.tls) copyCertificate(context.tls, data, user);
      return context.startProcess({
        command: path.join(binaries, 'postgres'),
        parameters: ['-D', data, '-p', String(port), ...settingParameters(settings, context.tls)],
        environment: programEnvironment({}),
        directory: data,
        log: 'postgres',
        // A fast shutdown: open transactions are rolled back, no client is waited for.
        stop: { signal: 'SIGINT', patience: 20_000 },
        ...(user === undefined ? {} : { user }),
      });
    },
    ready: () => answers(url),
    readyWithin: 60_000,
  };
  return { part, access: { url } };
}

function settingParameters(
  { durable = true, maxConnections = 200, parameters = {} }: PostgresSettings,
  tls: TlsFiles | undefined,
): string[] {
  const speed = durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: String(maxConnections),
    ...speed,
    ...(tls && { ssl: 'on', hba_file: tlsOnly }),
    ...parameters,
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** In the folder of the data. */
const tlsOnly = 'pg_hba_tls.conf';

/** PostgreSQL's own copies, since it may run as a user who cannot read those of others; and no login without TLS. */
function copyCertificate({ cert, key }: TlsFiles, data: string, user: UnprivilegedUser | undefined): void {
  const files = {
    'server.crt': readFileSync(cert, 'utf8'),
    'server.key': readFileSync(key, 'utf8'),
    [tlsOnly]: 'hostssl all all 127.0.0.1/32 scram-sha-256\nhostssl all all ::1/128 scram-sha-256\n',
  };
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(data, name);
    writeWhole(file, text, { mode: 0o600 });
    if (user !== undefined) chownSync(file, user.uid, user.gid);
  }
}

type Cluster = {
  binaries: string;
  data: string;
  password: string;
  user: UnprivilegedUser | undefined;
  settings: PostgresSettings;
};

async function initialise({ binaries, data, password, user, settings }: Cluster): Promise<void> {
  const unfinished = `${data}.partial`;
  const passwordFile = `${data}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(data, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) for (const own of [unfinished, passwordFile]) chownSync(own, user.uid, user.gid);
  try {
    await run(
      path.join(binaries, 'initdb'),
      [
        ...['-D', unfinished, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
        ...['--encoding=UTF8', ...(await localeParameters(binaries))],
        ...(settings.durable === false ? ['--no-sync'] : []),
      ],
      { directory: unfinished, environment: programEnvironment({}), timeout: 120_000, ...(user && { user }) },
    );
    renameSync(unfinished, data);
  } catch (error) {
    throw new PartError('PostgreSQL', {
      reason: 'failed',
      happened: `The database could not be created in ${data}: ${messageOf(error)}`,
      remedy: 'Fix what these lines name and run the same command again.',
      cause: error,
    });
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** The same order and the same upper and lower case on every machine; the provider that does it came with release 17. */
async function localeParameters(binaries: string): Promise<string[]> {
  const version = await run(path.join(binaries, 'initdb'), ['--version'], { timeout: 10_000 });
  const release = Number(/(\d+)/.exec(version)?.[1]);
  return release >= 17 ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : ['--locale=C'];
}

async function answers(url: string): Promise<boolean> {
  const { default: postgres } = await import('pg');
  const client = new postgres.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // A server that goes down while it is asked must not end this process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    // Not waited for: a server that never answers never says goodbye either.
    client.end().catch(() => {});
  }
}
