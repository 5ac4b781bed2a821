import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Part, PartContext, StartedProcess } from './part.ts';
import { PartError } from './part-error.ts';
import { accepts } from './ports.ts';
import { rabbitMqServer } from './rabbitmq-install.ts';
import { waitUntil } from './wait.ts';

/** How to reach RabbitMQ. */
export type RabbitMqAccess = {
  /** For AMQP 0-9-1 clients, with user and password. */
  url: string;
  /** The HTTP API and pages of the management plugin, or undefined where it is not known (`RABBITMQ_MANAGEMENT_URL`). */
  management: { url: string; user: string; password: string } | undefined;
  /** Where Prometheus reads the broker's figures, or undefined where it is not known. */
  metrics: string | undefined;
};

/** The purposes that RabbitMQ needs a port for. */
export const rabbitMqPorts = ['amqp', 'management', 'prometheus', 'distribution', 'names'] as const;

const user = 'guest';
const password = 'guest';

/** A private node of RabbitMQ: own ports, own data, own name server, reachable from this machine only. */
export async function rabbitMqPart(context: PartContext): Promise<{ part: Part; access: RabbitMqAccess }> {
  const server = await rabbitMqServer(context.report);
  const directory = path.join(context.dataDirectory, 'rabbitmq');
  writeSettings(directory, context);
  const environment = nodeEnvironment(directory, context, server.erlang);
  const management = `http://127.0.0.1:${context.port('management')}`;
  let names: StartedProcess | undefined;
  const part: Part = {
    launch: async () => {
      if (names === undefined || names.end() !== undefined)
        names = await startNameServer(context, directory, environment);
      return context.startProcess({
        command: server.script,
        parameters: [],
        environment,
        directory,
        log: 'rabbitmq-start',
        stop: { signal: 'SIGTERM', patience: 20_000 },
      });
    },
    ready: async () => (await accepts('127.0.0.1', context.port('amqp'))) && (await managementAnswers(management)),
    readyWithin: 120_000,
    companions: () => (names === undefined ? [] : [names]),
  };
  const access = {
    url: `amqp://${user}:${password}@127.0.0.1:${context.port('amqp')}`,
    management: { url: management, user, password },
    metrics: `http://127.0.0.1:${context.port('prometheus')}/metrics`,
  };
  return { part, access };
}

function writeSettings(directory: string, context: PartContext): void {
  mkdirSync(path.join(directory, 'data'), { recursive: true });
  const cookie = path.join(directory, '.erlang.cookie');
  if (!existsSync(cookie)) writeFileSync(cookie, randomBytes(24).toString('hex'));
  chmodSync(cookie, 0o400);
  writeFileSync(path.join(directory, 'enabled_plugins'), '[rabbitmq_management,rabbitmq_prometheus].\n');
  // Left by a killed broker, and the start would wait for the process it names.
  rmSync(path.join(directory, 'pid'), { force: true });
  const settings = [
    `listeners.tcp.1 = 127.0.0.1:${context.port('amqp')}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${context.port('management')}`,
    'prometheus.tcp.ip = 127.0.0.1',
    `prometheus.tcp.port = ${context.port('prometheus')}`,
    `default_user = ${user}`,
    `default_pass = ${password}`,
    'disk_free_limit.absolute = 50MB',
    'vm_memory_high_watermark.absolute = 1GB',
    'log.file.level = info',
  ];
  writeFileSync(path.join(directory, 'rabbitmq.conf'), `${settings.join('\n')}\n`);
}

function nodeEnvironment(directory: string, context: PartContext, erlang: string | undefined): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(RABBITMQ|ERL|AMQP)_/.test(name));
  const inside = (name: string) => path.join(directory, name);
  const currentPath = process.env['PATH'] ?? '/usr/bin:/bin';
  return {
    ...Object.fromEntries(inherited),
    PATH: erlang === undefined ? currentPath : `${erlang}${path.delimiter}${currentPath}`,
    // The cookie is looked for there.
    HOME: directory,
    LC_ALL: 'C.UTF-8',
    ERL_EPMD_PORT: String(context.port('names')),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: 'durable-checkout@localhost',
    RABBITMQ_NODE_PORT: String(context.port('amqp')),
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_DIST_PORT: String(context.port('distribution')),
    RABBITMQ_MNESIA_BASE: inside('data'),
    RABBITMQ_LOG_BASE: path.join(context.dataDirectory, 'logs'),
    RABBITMQ_LOGS: path.join(context.dataDirectory, 'logs', 'rabbitmq.log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: inside('enabled_plugins'),
    RABBITMQ_CONFIG_FILE: inside('rabbitmq'),
    RABBITMQ_ADVANCED_CONFIG_FILE: inside('advanced'),
    RABBITMQ_PID_FILE: inside('pid'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    // Makes the start script become the broker instead of waiting for it, so that signals reach the broker.
    RUNNING_UNDER_SYSTEMD: 'true',
  };
}

/** Erlang would start one by itself, and that would stay behind. */
async function startNameServer(
  context: PartContext,
  directory: string,
  environment: NodeJS.ProcessEnv,
): Promise<StartedProcess> {
  const port = context.port('names');
  const started = context.startProcess({
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

async function managementAnswers(address: string): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return fetch(`${address}/api/overview`, { headers: { authorization }, signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
}
