import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory, installOnce } from './cache.ts';
import { findOnPath, isExecutable, run } from './command.ts';
import { availableSuites, debianSuite } from './debian-packages.ts';
import { buildFailure } from './missing-tool.ts';
import { messageOf, PartError } from './part-error.ts';
import { unpackRabbitMq } from './rabbitmq-package.ts';
import { type Report, reportWhile } from './report.ts';

const part = 'RabbitMQ';
/** The number is raised when the way it is put together changes. */
const folder = 'rabbitmq-packages-2';

/** A RabbitMQ server that can be started. */
export type RabbitMqServer = {
  /** The script `rabbitmq-server`, the one that starts a node for whichever user calls it. */
  script: string;
  /** The folder with `erl` and `epmd` that belong to it, or undefined where the PATH has them. */
  erlang: string | undefined;
};

/**
 * Finds a RabbitMQ server or installs one: the one that RABBITMQ_SERVER names, the cache's RabbitMQ 4, the system's.
 * @throws PartError when there is none and none can be installed
 */
export async function rabbitMqServer(report: Report): Promise<RabbitMqServer> {
  const named = process.env['RABBITMQ_SERVER'];
  if (named !== undefined && named !== '') return namedServer(named);
  const target = path.join(cacheDirectory(), folder);
  const found = privateServer(target) ?? systemServer();
  if (found !== undefined) return found;
  const directory = await installOnce({
    part,
    target,
    megabytes: 400,
    report,
    make: (temporary) => install(temporary, report),
  });
  const installed = privateServer(directory) ?? systemServer();
  if (installed === undefined) throw notInstallable(new Error(`${directory} holds no RabbitMQ`));
  return installed;
}

/**
 * The RabbitMQ of a release of Debian, whatever else there is: 3.10 of Debian 12, 4.0 of Debian 13.
 * @throws PartError when it cannot be installed
 */
export async function rabbitMqOfDebian(release: 12 | 13, report: Report): Promise<RabbitMqServer> {
  const target = path.join(cacheDirectory(), release === 13 ? folder : `rabbitmq-debian-${release}`);
  const found = privateServer(target);
  if (found !== undefined) return found;
  const suite = await debianSuite(release);
  if (suite === undefined) throw notInstallable(new Error('this system cannot unpack the packages of Debian'));
  report(`${part}: fetching ${suite.title} into the project's cache (about 45 MB; the system is not changed)`);
  const make = (temporary: string) =>
    reportWhile(report, `fetching RabbitMQ from ${suite.title}`, unpackRabbitMq(suite, temporary));
  const directory = await installOnce({ part, target, megabytes: 400, report, make }).catch((error: unknown) => {
    throw notInstallable(error);
  });
  const installed = privateServer(directory);
  if (installed === undefined) throw notInstallable(new Error(`${directory} holds no RabbitMQ`));
  return installed;
}

function namedServer(script: string): RabbitMqServer {
  if (isExecutable(script) && path.basename(path.dirname(script)) === 'sbin') return { script, erlang: undefined };
  throw new PartError(part, {
    reason: 'wrong-setting',
    happened: `RABBITMQ_SERVER names ${script}, which is not the script rabbitmq-server in the folder sbin of a RabbitMQ.`,
    remedy: 'Correct the path, or unset the variable to have one installed.',
  });
}

function privateServer(directory: string): RabbitMqServer | undefined {
  const script = newest(
    globSync(path.join(directory, 'root/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server')),
  );
  return script === undefined ? undefined : { script, erlang: path.join(directory, 'root/usr/lib/erlang/bin') };
}

/** The wrapper on the PATH of Debian refuses every user but its own, so the script behind it is looked for first. */
function systemServer(): RabbitMqServer | undefined {
  const script =
    newest(globSync('/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server')) ??
    newest(globSync('/{opt/homebrew,usr/local}/opt/rabbitmq/sbin/rabbitmq-server'));
  return script === undefined || findOnPath('erl') === undefined ? undefined : { script, erlang: undefined };
}

function newest(scripts: readonly string[]): string | undefined {
  return scripts.toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true })).at(-1);
}

async function install(directory: string, report: Report): Promise<void> {
  let trouble: unknown = new Error('this system has no apt');
  for (const suite of await availableSuites()) {
    report(`${part}: fetching ${suite.title} into the project's cache (about 45 MB; the system is not changed)`);
    try {
      return await reportWhile(report, `fetching RabbitMQ from ${suite.title}`, unpackRabbitMq(suite, directory));
    } catch (error) {
      trouble = error;
      report(`${part}: ${suite.title} did not work: ${messageOf(error).split('\n').slice(0, 3).join(' ')}`);
    }
  }
  if (process.getuid?.() !== 0 || findOnPath('apt-get') === undefined) throw notInstallable(trouble);
  report(`${part}: installing the system's package`);
  await reportWhile(report, 'installing the package rabbitmq-server', installOnSystem()).catch((error: unknown) => {
    throw buildFailure(part, 'Its package could not be installed', error);
  });
}

/** Installs the system's package without letting its broker start: the stack runs a node of its own. */
async function installOnSystem(): Promise<void> {
  // RUNLEVEL=1 makes Debian's invoke-rc.d refuse the start of a service, as in a system for maintenance.
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const before = existsSync('/usr/lib/rabbitmq');
  await run('apt-get', ['-qq', 'update'], { environment });
  await run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', 'rabbitmq-server'], { environment });
  const service = findOnPath('systemctl');
  if (!before && service !== undefined) await run(service, ['disable', '--now', 'rabbitmq-server']).catch(() => '');
}

function notInstallable(cause: unknown): PartError {
  const failure = buildFailure(part, 'No server is installed, and its packages could not be fetched', cause);
  return new PartError(part, {
    reason: failure.reason === 'failed' ? 'missing-tool' : failure.reason,
    happened: failure.happened,
    remedy:
      'Install RabbitMQ 3.10 or newer (macOS: brew install rabbitmq), or start the one of docker-compose.yml and set AMQP_URL.',
    cause,
  });
}
