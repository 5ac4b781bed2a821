import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import { cacheDirectory, installOnce } from '../../parts/cache.ts';
import { debianSuite, downloadPackages, unpackPackages } from '../../parts/debian-packages.ts';
import { choosePort } from '../../parts/ports.ts';
import { unprivilegedUser } from '../../parts/unprivileged-user.ts';
import { waitUntil } from '../../parts/wait.ts';

/** A PgBouncer of its own before the PostgreSQL of the tests, which hands a session to another client after each transaction. */
export interface PgBouncer {
  /** The address of the same database through it. */
  url(login: string, password: string): string;
  stop(): Promise<void>;
}

const packages = ['pgbouncer', 'libevent-2.1-7', 'libc-ares2'];

/** PgBouncer of Debian 12 with its libraries, whose signatures apt checks; without root. */
async function install(): Promise<string> {
  return installOnce({
    part: 'PgBouncer',
    target: path.join(cacheDirectory(), 'pgbouncer-debian-12'),
    megabytes: 20,
    report: () => undefined,
    async make(target) {
      const suite = await debianSuite(12);
      if (!suite) throw new Error('PgBouncer is fetched by apt, on Debian and its relatives alone');
      await unpackPackages(await downloadPackages(suite, packages, target), path.join(target, 'root'));
    },
  });
}

/**
 * Starts PgBouncer.
 *
 * @param database the address of PostgreSQL
 * @param logins who may come through it, with their passwords
 */
export async function startPgBouncer(database: string, logins: Readonly<Record<string, string>>): Promise<PgBouncer> {
  const root = path.join(await install(), 'root');
  const folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-pgbouncer-'));
  const { hostname, port: serverPort, pathname } = new URL(database);
  const port = await choosePort();
  const users = path.join(folder, 'users.txt');
  const configuration = path.join(folder, 'pgbouncer.ini');
  await writeFile(
    users,
    Object.entries(logins)
      .map(([name, password]) => `"${name}" "${password}"\n`)
      .join(''),
  );
  await writeFile(
    configuration,
    [
      '[databases]',
      `* = host=${hostname} port=${serverPort}`,
      '[pgbouncer]',
      ...['listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir =', 'auth_type = scram-sha-256'],
      ...[`auth_file = ${users}`, 'pool_mode = transaction', 'default_pool_size = 2', 'max_client_conn = 200'],
      // It does not run as root, and reads its files before it is another user.
      ...(unprivilegedUser() ? ['user = nobody'] : []),
      '',
    ].join('\n'),
  );
  const running = execa(path.join(root, 'usr/sbin/pgbouncer'), ['--quiet', configuration], {
    env: { LD_LIBRARY_PATH: path.join(root, 'usr/lib/x86_64-linux-gnu') },
    reject: false,
    stdio: 'ignore',
  });
  const url = (login: string, password: string) => `postgres://${login}:${password}@127.0.0.1:${port}${pathname}`;
  const answers = async () => {
    const [[login, password] = ['', '']] = Object.entries(logins);
    const client = new pg.Client({ connectionString: url(login, password) });
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  };
  if (!(await waitUntil(answers, { within: 20_000, every: 50 }))) throw new Error('PgBouncer does not answer');
  return {
    url,
    async stop() {
      running.kill('SIGTERM');
      await running;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
