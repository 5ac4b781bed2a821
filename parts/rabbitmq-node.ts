import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { programEnvironment } from './environment.ts';
import type { PartContext, ProcessOrder, StartedProcess } from './part.ts';
import { PartError } from './part-error.ts';
import { accepts } from './ports.ts';
import { waitUntil } from './wait.ts';

/** One node of RabbitMQ in a folder of its own. */
export type RabbitMqNode<AmqpPort extends number | undefined = number> = {
  /** `name@localhost`; nodes of one cluster have different ones. */
  name: string;
  directory: string;
  /** The folder of the logs, and the node's file in it. */
  logs: string;
  log: string;
  /** The folder with `erl` and `epmd`, or undefined where the PATH has them. */
  erlang: string | undefined;
  /** `amqp` is left out where the settings name it. `names` is the port of the name server that the nodes of one cluster share. */
  ports: { amqp: AmqpPort; distribution: number; names: number };
};

/** Writes what a node reads at its start. A cookie that is there already stays: running tools know it. */
export function writeNodeFiles(
  directory: string,
  { cookie, settings, plugins }: { cookie: string; settings: readonly string[]; plugins: readonly string[] },
): void {
  mkdirSync(path.join(directory, 'data'), { recursive: true });
  const cookieFile = path.join(directory, '.erlang.cookie');
  // An empty one is what a full disk leaves.
  if (!existsSync(cookieFile) || statSync(cookieFile).size === 0) {
    rmSync(cookieFile, { force: true });
    writeFileSync(cookieFile, cookie);
  }
  chmodSync(cookieFile, 0o400);
  writeFileSync(path.join(directory, 'enabled_plugins'), `[${plugins.join(',')}].\n`);
  // Left by a killed broker, and the start would wait for the process it names.
  rmSync(path.join(directory, 'pid'), { force: true });
  writeFileSync(path.join(directory, 'rabbitmq.conf'), `${settings.join('\n')}\n`);
}

/** The environment of a node and of the tools that talk to it; nothing of the machine's own RabbitMQ gets in. */
export function nodeEnvironment({
  name,
  directory,
  logs,
  log,
  erlang,
  ports,
}: RabbitMqNode<number | undefined>): NodeJS.ProcessEnv {
  const inside = (file: string) => path.join(directory, file);
  const currentPath = process.env['PATH'] ?? '/usr/bin:/bin';
  return programEnvironment({
    PATH: erlang === undefined ? currentPath : `${erlang}${path.delimiter}${currentPath}`,
    // The cookie is looked for there.
    HOME: directory,
    LC_ALL: 'C.UTF-8',
    ERL_EPMD_PORT: String(ports.names),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: name,
    RABBITMQ_NODE_PORT: ports.amqp === undefined ? undefined : String(ports.amqp),
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_MNESIA_BASE: inside('data'),
    RABBITMQ_LOG_BASE: logs,
    RABBITMQ_LOGS: path.join(logs, log),
    RABBITMQ_ENABLED_PLUGINS_FILE: inside('enabled_plugins'),
    RABBITMQ_CONFIG_FILE: inside('rabbitmq'),
    RABBITMQ_ADVANCED_CONFIG_FILE: inside('advanced'),
    RABBITMQ_PID_FILE: inside('pid'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    // Makes the start script become the broker instead of waiting for it, so that signals reach the broker.
    RUNNING_UNDER_SYSTEMD: 'true',
  });
}

/** How a node is started; its process is the broker itself. */
export function nodeOrder(
  script: string,
  directory: string,
  environment: NodeJS.ProcessEnv,
  log: string,
): ProcessOrder {
  return {
    command: script,
    parameters: [],
    environment,
    directory,
    log,
    stop: { signal: 'SIGTERM', patience: 20_000 },
  };
}

/**
 * Starts the name server of Erlang for nodes: Erlang would start one by itself, and that would stay behind.
 * @throws PartError when it does not start
 */
export async function startNameServer(
  startProcess: PartContext['startProcess'],
  { port, directory, environment }: { port: number; directory: string; environment: NodeJS.ProcessEnv },
): Promise<StartedProcess> {
  const started = startProcess({
    command: 'epmd',
    parameters: ['-port', String(port), '-address', '127.0.0.1'],
    environment,
    directory,
    log: 'rabbitmq-names',
    stop: { signal: 'SIGTERM', patience: 2_000 },
  });
  const serves = () => accepts('127.0.0.1', port);
  await waitUntil(async () => started.end() !== undefined || (await serves()), { within: 10_000 });
  if (started.end() === undefined && (await serves())) return started;
  throw new PartError('RabbitMQ', {
    reason: 'stopped-by-itself',
    happened: `The name server of Erlang (epmd) did not start on port ${port}: ${started.end() ?? 'no answer'}.`,
    remedy: `Its log: ${started.log}. Stop and start the whole stack; when the port is taken, it takes another one.`,
  });
}
