import { execFile as execFileWithCallback } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensureSchedules } from '../../client/schedules.ts';
import { registerSearchAttributes } from '../../client/search-attributes.ts';
import { close } from '../../events/amqp/close.ts';
import { dialBroker } from '../../events/connection/dial.ts';
import { migrateTopology } from '../../events/migration/migration.ts';
import { standardTopology } from '../../events/topology/standard-topology.ts';
import { hostAndPort } from '../../platform/listening.ts';
import { isLoopback } from '../../platform/shell.ts';
import { writeState } from '../../platform/state-file.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';
import { cacheDirectory } from '../parts/cache.ts';
import { programEnvironment } from '../parts/environment.ts';
import { type Parts, type StartOptions, startParts } from '../parts/index.ts';
import { rememberedPorts } from '../parts/ports.ts';
import type { Report } from '../parts/report.ts';
import { takeFolder } from '../parts/stack-record.ts';
import { Supervisor } from '../parts/supervisor.ts';
import { metricsOf, metricsPorts, noMetrics } from './metrics-addresses.ts';
import { doublesReplacedBy, type OutsideServices, outsideAddresses } from './outside-services.ts';
import { roleEnvironment } from './role-environment.ts';
import { RoleRunner } from './role-runner.ts';
import { type RoleName, roleNames, roles } from './roles.ts';

export interface SystemOptions {
  /** Where the parts and the processes keep their data, ports and logs. */
  readonly dataDirectory: string;
  readonly report: Report;
  /** The processes to start; by default all of them. */
  readonly roles?: readonly RoleName[];
  /** Remove the folder at the stop, even when this process is killed. */
  readonly temporary?: boolean;
  /** Variables for all processes, beside the addresses. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the system uses outside of itself; doubles of all of it are started where it is left out. */
  readonly outside?: OutsideServices;
  /** Whether a crash of the machine may lose the last moments; faster, for tests and demonstrations. */
  readonly durable?: boolean;
}

/** The whole back office, running. */
export interface System {
  readonly parts: Parts;
  /** The addresses of everything, by the names of the variables that hold them: `LEDGER_URL`, `AMQP_URL`, … */
  readonly addresses: Readonly<Record<string, string>>;
  /** Kills a process as `kill -9` does, unless another signal is named; one that has died is started again by itself. */
  kill(name: RoleName, signal?: NodeJS.Signals): void;
  /** Shuts a process down gracefully; it stays down until `start`. */
  stopRole(name: RoleName): Promise<void>;
  start(name: RoleName): Promise<void>;
  processId(name: RoleName): number | undefined;
  /** One more process of a role, with some variables of its own, that is not started yet; it stops with the others. */
  another(name: RoleName, environment: Readonly<Record<string, string>>): RoleRunner;
  /** Shuts everything down gracefully: workers, consumers, services, parts. */
  stop(): Promise<void>;
}

const execFile = promisify(execFileWithCallback);
const bundler = fileURLToPath(new URL('../../workers/bundle.ts', import.meta.url));

/** The file in the data directory by which the command line finds a running system. */
const addressesFile = 'addresses.json';

/**
 * Starts the parts and the processes, and waits until all of them are ready.
 *
 * @throws {PartError} when a part cannot be installed or started
 * @throws {RoleError} when a process cannot be started
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { report, temporary = false, durable = false, outside = {} } = options;
  const replaced = doublesReplacedBy(outside);
  const wanted = (options.roles ?? roleNames).filter((name) => !replaced.includes(name));
  const dataDirectory = path.resolve(options.dataDirectory);
  const ownsBroker = !process.env['AMQP_URL'];
  const ownsTemporal = !process.env['TEMPORAL_ADDRESS'];
  await mkdir(dataDirectory, { recursive: true });
  const [parts, workflowBundle] = await startPartsAndBundle({
    dataDirectory,
    report,
    temporary,
    postgresSettings: { durable },
  });
  const folder = path.join(dataDirectory, 'processes');
  await mkdir(folder, { recursive: true });
  const release = await takeFolder(folder, report);
  const supervisor = new Supervisor(folder);
  if (temporary) supervisor.removeLater([folder]);
  const addresses = await chooseAddresses(parts, dataDirectory, outside);
  const { shared } = addresses;
  const reachesOut = [shared['TEMPORAL_ADDRESS'], ...outsideAddresses(outside)].some(
    (each) => each && !isLoopback(each),
  );
  const createRunner = (name: RoleName, own: Readonly<Record<string, string>> = {}) => {
    const variables = {
      WORKFLOW_BUNDLE: workflowBundle,
      ...options.environment,
      ...shared,
      ...addresses.own[name],
      ...own,
    };
    const environment = roleEnvironment(variables, { temporal: !ownsTemporal, reachesOut });
    return new RoleRunner(name, supervisor, environment, report);
  };
  const runners = new Map(roleNames.map((name) => [name, createRunner(name)]));
  const others: RoleRunner[] = [];
  const runner = (name: RoleName) => runners.get(name) as RoleRunner;

  const stop = async () => {
    await rm(path.join(dataDirectory, addressesFile), { force: true });
    await Promise.all(others.map((other) => other.stop()));
    for (const group of ['workers', 'consumers', 'services'] as const) {
      const names = roleNames.filter((name) => roles[name].stopsWith === group);
      await Promise.all(names.map((name) => runner(name).stop()));
    }
    await supervisor.dismiss();
    release();
    await parts.stop();
  };

  try {
    await Promise.all([
      prepareTemporal(roleEnvironment(shared, { temporal: !ownsTemporal, reachesOut })),
      // Later is too late: with the processes that a queue of other arguments ends, this broker ends as well.
      !temporary && ownsBroker && renewQueues(parts.rabbitmq.url, report),
    ]);
    const started = await Promise.allSettled(wanted.map((name) => runner(name).start()));
    for (const result of started) if (result.status === 'rejected') throw result.reason;
    writeState(path.join(dataDirectory, addressesFile), shared, { mode: 0o600 });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    parts,
    addresses: shared,
    kill: (name, signal = 'SIGKILL') => runner(name).kill(signal),
    stopRole: (name) => runner(name).stop(),
    start: (name) => runner(name).start(),
    processId: (name) => runner(name).processId,
    another(name, environment) {
      const other = createRunner(name, { ...noMetrics, ...environment });
      others.push(other);
      return other;
    },
    stop,
  };
}

/** The workflows are bundled once, in a process that ends: a worker that bundles keeps the memory of the bundler. */
async function startPartsAndBundle(options: StartOptions): Promise<[Parts, string]> {
  const bundle = path.join(options.dataDirectory, 'workflows.js');
  const bundling = execFile(process.execPath, [bundler, bundle], { env: programEnvironment({}) });
  bundling.catch(() => undefined);
  const parts = await startParts(options);
  try {
    await bundling;
    return [parts, bundle];
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function chooseAddresses(
  parts: Parts,
  dataDirectory: string,
  { host = '127.0.0.1', ...outside }: OutsideServices,
) {
  const replaced = doublesReplacedBy(outside);
  const listening = roleNames.filter((name) => 'address' in roles[name] && !replaced.includes(name));
  const ports = await rememberedPorts(path.join(dataDirectory, 'process-ports.json'), [
    ...listening,
    'smtp',
    ...roleNames.flatMap(metricsPorts),
  ]);
  // Where every address is listened on, this one is.
  const reachedAt = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  const shared: Record<string, string> = {
    TEMPORAL_ADDRESS: parts.temporal.address,
    TEMPORAL_NAMESPACE: parts.temporal.namespace,
    ...(parts.temporal.webUserInterface && { TEMPORAL_WEB_UI: parts.temporal.webUserInterface }),
    AMQP_URL: parts.rabbitmq.url,
    DATABASE_URL: parts.postgres.url,
    SMTP_URL: outside.mailServer ?? `smtp://${hostAndPort(reachedAt, Number(ports['smtp']))}`,
    NODE_COMPILE_CACHE: path.join(cacheDirectory(), 'compiled'),
  };
  const own: Partial<Record<RoleName, Record<string, string>>> = {};
  for (const name of listening) {
    const role = roles[name];
    if ('address' in role) shared[role.address] = `http://${hostAndPort(reachedAt, Number(ports[name]))}`;
    own[name] = { PORT: String(ports[name]) };
  }
  for (const name of roleNames) {
    const role = roles[name];
    const metrics = metricsOf(name, ports, 'address' in role ? shared[role.address] : undefined, reachedAt);
    Object.assign(shared, metrics.addresses);
    own[name] = { ...own[name], ...metrics.environment, HOST: host };
  }
  own['mail-sink'] = { ...own['mail-sink'], SMTP_PORT: String(ports['smtp']) };
  // The two that share it are started together, and a webhook is signed when it is sent: a new one each time will do.
  const { url, key, webhookSecret = `whsec_${randomBytes(24).toString('hex')}` } = outside.paymentProvider ?? {};
  if (url) shared['PAYMENT_PROVIDER_URL'] = url;
  own.payments = { ...own.payments, ...(key && { PAYMENT_PROVIDER_KEY: key }) };
  own['payment-webhooks'] = { ...own['payment-webhooks'], PAYMENT_WEBHOOK_SECRET: webhookSecret };
  own['payment-simulator'] = {
    ...own['payment-simulator'],
    WEBHOOK_URL: `${shared['PAYMENT_WEBHOOKS_URL']}/webhooks/stripe`,
    WEBHOOK_SECRET: webhookSecret,
    PUBLIC_URL: shared['PAYMENT_PROVIDER_URL'] as string,
  };
  return { shared, own };
}

async function prepareTemporal(addresses: NodeJS.ProcessEnv): Promise<void> {
  const { client, connection } = await connectTemporalClient(addresses);
  await registerSearchAttributes(connection, client.options.namespace);
  await ensureSchedules(client);
  await connection.close();
}

/** Re-declares queues that an earlier start has left with other arguments; nothing consumes them yet. */
async function renewQueues(url: string, report: Report): Promise<void> {
  const model = await dialBroker({ url, name: 'npm start' });
  try {
    await migrateTopology(model, standardTopology, (line) => report(`RabbitMQ: ${line}`));
  } finally {
    await close(model);
  }
}
