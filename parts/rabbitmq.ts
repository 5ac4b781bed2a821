import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { run } from './command.ts';
import type { Part, PartContext, StartedProcess } from './part.ts';
import { accepts } from './ports.ts';
import { rabbitMqServer } from './rabbitmq-install.ts';
import { nodeEnvironment, nodeOrder, startNameServer, writeNodeFiles } from './rabbitmq-node.ts';
import { rememberedPassword } from './remembered-password.ts';

/** How to reach RabbitMQ. */
export type RabbitMqAccess = {
  /** For AMQP 0-9-1 clients, with user and password. */
  url: string;
  /** The HTTP API and pages of the management plugin, or undefined where it is not known (`RABBITMQ_MANAGEMENT_URL`). */
  management: { url: string; user: string; password: string } | undefined;
  /** Runs `rabbitmqctl`; of a broker from elsewhere it is not to be had. */
  control?: (...parameters: string[]) => Promise<string>;
  /** Where Prometheus reads the broker's figures, or undefined where it is not known. */
  metrics: string | undefined;
};

/** The purposes that RabbitMQ needs a port for. */
export const rabbitMqPorts = ['amqp', 'management', 'prometheus', 'distribution', 'names'] as const;

const user = 'guest';
/** What an earlier release has left there, and every program of the machine knows. */
const knownPassword = 'guest';

/** A private node of RabbitMQ: own ports, own data, own name server, reachable from this machine only. */
export async function rabbitMqPart(context: PartContext): Promise<{ part: Part; access: RabbitMqAccess }> {
  const server = await rabbitMqServer(context.report);
  const password = rememberedPassword('RabbitMQ', path.join(context.dataDirectory, 'rabbitmq-password'));
  const directory = path.join(context.dataDirectory, 'rabbitmq');
  writeNodeFiles(directory, {
    cookie: randomBytes(24).toString('hex'),
    settings: settingsOf(context, password),
    plugins: ['rabbitmq_management', 'rabbitmq_prometheus'],
  });
  const environment = nodeEnvironment({
    name: 'durable-checkout@localhost',
    directory,
    logs: path.join(context.dataDirectory, 'logs'),
    log: 'rabbitmq.log',
    erlang: server.erlang,
    ports: {
      amqp: context.tls ? undefined : context.port('amqp'),
      distribution: context.port('distribution'),
      names: context.port('names'),
    },
  });
  const management = `http://127.0.0.1:${context.port('management')}`;
  let names: StartedProcess | undefined;
  const part: Part = {
    launch: async () => {
      if (names === undefined || names.end() !== undefined)
        names = await startNameServer(context.startProcess, { port: context.port('names'), directory, environment });
      return context.startProcess(nodeOrder(server.script, directory, environment, 'rabbitmq-start'));
    },
    ready: async () =>
      (await accepts('127.0.0.1', context.port('amqp'))) && (await managementAnswers(management, password)),
    readyWithin: 120_000,
    companions: () => (names === undefined ? [] : [names]),
  };
  const tool = path.join(path.dirname(server.script), 'rabbitmqctl');
  const access = {
    control: (...parameters: string[]) => run(tool, parameters, { environment, directory, timeout: 60_000 }),
    url: `${context.tls ? 'amqps' : 'amqp'}://${user}:${password}@127.0.0.1:${context.port('amqp')}`,
    management: { url: management, user, password },
    metrics: `http://127.0.0.1:${context.port('prometheus')}/metrics`,
  };
  return { part, access };
}

function settingsOf(context: PartContext, password: string): string[] {
  return [
    ...listeners(context),
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
}

function listeners(context: PartContext): string[] {
  const place = `127.0.0.1:${context.port('amqp')}`;
  if (!context.tls) return [`listeners.tcp.1 = ${place}`];
  const { cert, key, authority } = context.tls;
  return [
    'listeners.tcp = none',
    `listeners.ssl.1 = ${place}`,
    `ssl_options.certfile = ${cert}`,
    `ssl_options.keyfile = ${key}`,
    `ssl_options.cacertfile = ${authority}`,
    'ssl_options.verify = verify_none',
    'ssl_options.versions.1 = tlsv1.3',
    'ssl_options.versions.2 = tlsv1.2',
  ];
}

async function managementAnswers(address: string, password: string): Promise<boolean> {
  if (await isTaken(address, password)) return true;
  return isTaken(address, knownPassword, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password, tags: 'administrator' }),
  });
}

/** Whether a call with this password comes through: a look at the broker, or what is said of its administrator. */
function isTaken(address: string, password: string, change?: RequestInit): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const headers = { ...change?.headers, authorization };
  return fetch(`${address}/api/${change ? `users/${user}` : 'overview'}`, {
    ...change,
    headers,
    signal: AbortSignal.timeout(2_000),
  }).then(
    (response) => response.ok,
    () => false,
  );
}
