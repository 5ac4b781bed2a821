import { execFile as execFileWithCallback } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensureSchedules } from '../../client/schedules.ts';
import { registerSearchAttributes } from '../../client/search-attributes.ts';
import { storefront, topologyOwner } from '../../events/processes.ts';
import { programEnvironment } from '../../parts/environment.ts';
import { type Parts, type StartOptions, startParts } from '../../parts/index.ts';
import type { Report } from '../../parts/report.ts';
import { takeFolder } from '../../parts/stack-record.ts';
import { Supervisor } from '../../parts/supervisor.ts';
import { forRole } from '../../platform/role-variables.ts';
import { isLoopback } from '../../platform/shell.ts';
import { writeState } from '../../platform/state-file.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';
import { trustAuthority } from '../../platform/transport/authority.ts';
import { type RoleName, roleKinds, roleNames } from '../../roles/roles.ts';
import { type LoginsOptions, loginsFile, openLogins, prepareBroker, prepareDatabase } from '../privileges/logins.ts';
import { auditor, stores } from '../privileges/stores.ts';
import { openLocalAccess } from './local-access.ts';
import { noMetrics } from './metrics-addresses.ts';
import { doublesReplacedBy, type OutsideServices, outsideAddresses } from './outside-services.ts';
import { openPayloadKeys } from './payload-keys.ts';
import { chooseAddresses } from './role-addresses.ts';
import { roleEnvironment } from './role-environment.ts';
import { groupRoles, processOf, type RoleProcess } from './role-process.ts';
import { RoleRunner } from './role-runner.ts';

export interface SystemOptions {
  /** Where the parts and the processes keep their data, ports and logs. */
  readonly dataDirectory: string;
  readonly report: Report;
  /** The roles to start. @default all of them */
  readonly roles?: readonly RoleName[];
  /**
   * The roles that have a process of their own, as in production, and can be killed and stopped for themselves. The others
   * share two processes, one of them the workers', which saves memory and time.
   *
   * @default all roles
   */
  readonly alone?: readonly RoleName[];
  /** Remove the folder at the stop, even when this process is killed. */
  readonly temporary?: boolean;
  /** Variables for all processes, beside the addresses. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the system uses outside of itself; doubles of all of it are started where it is left out. */
  readonly outside?: OutsideServices;
  /** Where the roles reach the parts, when something lies between: what is named here instead of what the parts themselves say. */
  readonly between?: (parts: Parts) => Promise<Pick<Parts, 'temporal' | 'rabbitmq' | 'postgres'>>;
  /** Whether a crash of the machine may lose the last moments; faster, for tests and demonstrations. */
  readonly durable?: boolean;
}

/** The whole back office, running. */
export interface System {
  readonly parts: Parts;
  /**
   * The addresses of everything, by the names of the variables that hold them: `LEDGER_URL`, `AMQP_URL`, …, and who works here:
   * `ACCESS_TOKEN_FILE`, and the keys of the payloads: `PAYLOAD_KEYS_FILE`
   */
  readonly addresses: Readonly<Record<string, string>>;
  /**
   * Kills the process of a role that is alone as `kill -9` does, unless another signal is named; one that has died is
   * started again by itself.
   */
  kill(name: RoleName, signal?: NodeJS.Signals): void;
  /** Stops the process of a role that is alone in order; it stays down until `start`. */
  stopRole(name: RoleName): Promise<void>;
  start(name: RoleName): Promise<void>;
  processId(name: RoleName): number | undefined;
  /** One more process of a role, with some variables of its own, that is not started yet; it stops with the others. */
  another(name: RoleName, environment: Readonly<Record<string, string>>): RoleRunner;
  /** As whom a process that stands in for a role calls services, broker and database, and with which keys it reads payloads: the variables. */
  identityOf(name: RoleName): Readonly<Record<string, string>>;
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
  const { report, temporary = false, durable = false, outside = {}, alone = roleNames } = options;
  const replaced = doublesReplacedBy(outside);
  const wanted = (options.roles ?? roleNames).filter((name) => !replaced.includes(name));
  const dataDirectory = path.resolve(options.dataDirectory);
  const ownsTemporal = !process.env['TEMPORAL_ADDRESS'];
  await mkdir(dataDirectory, { recursive: true });
  if (outside.tls) trustAuthority(outside.tls.authority);
  const [parts, workflowBundle] = await startPartsAndBundle({
    dataDirectory,
    report,
    temporary,
    postgresSettings: { durable },
    tls: outside.tls,
  });
  const folder = path.join(dataDirectory, 'processes');
  await mkdir(folder, { recursive: true });
  const release = await takeFolder(folder, report);
  const supervisor = new Supervisor(folder);
  if (temporary) supervisor.removeLater([folder]);
  const first = groupRoles(wanted, alone);
  const reached = options.between ? await options.between(parts) : parts;
  const addresses = await chooseAddresses(reached, first, dataDirectory, outside);
  const access = await openLocalAccess(path.join(dataDirectory, 'access'));
  const payloadKeys = openPayloadKeys(path.join(dataDirectory, 'access'));
  const shared = { ...addresses.shared, ...access.environment };
  const stored: LoginsOptions = {
    ...{ rabbitmq: reached.rabbitmq, postgres: reached.postgres, file: loginsFile(dataDirectory) },
    owns: { broker: !process.env['AMQP_URL'], database: !process.env['DATABASE_URL'] },
  };
  const logins = openLogins(stored);
  const found = {
    ...shared,
    ...payloadKeys.environment,
    ACCESS_TOKEN_FILE: access.commandLineFile,
    STOREFRONT_AMQP_URL: logins.brokerUrl(storefront),
  };
  // Those of administrators: the command line, which finds its own in the file, has less.
  const published = { ...found, AMQP_URL: parts.rabbitmq.url, DATABASE_URL: parts.postgres.url };
  const reachesOut = [shared['TEMPORAL_ADDRESS'], ...outsideAddresses(outside)].some(
    (each) => each && !isLoopback(each),
  );
  const createRunner = (process: RoleProcess, own: Readonly<Record<string, string>> = {}) => {
    const variables = {
      WORKFLOW_BUNDLE: workflowBundle,
      ...options.environment,
      ...shared,
      ...Object.assign(
        {},
        ...process.roles.map((name) =>
          forRole(name, {
            ...addresses.own[name],
            ...access.of(name),
            ...logins.of(name),
            ...poolOf(name),
            ...payloadKeys.of(name),
            ...own,
          }),
        ),
      ),
    };
    const environment = roleEnvironment(variables, { temporal: !ownsTemporal, reachesOut });
    return new RoleRunner(process, supervisor, environment, report);
  };
  const later = roleNames.filter((name) => !wanted.includes(name)).map(processOf);
  const runners = new Map([...first, ...later].map((process) => [process, createRunner(process)]));
  const others: RoleRunner[] = [];
  const runnerOf = (name: RoleName) =>
    [...runners].find(([{ roles: all }]) => all.includes(name)) as [RoleProcess, RoleRunner];
  const runnerAlone = (name: RoleName) => {
    const [{ roles: sharing }, runner] = runnerOf(name);
    if (sharing.length > 1) throw new Error(`${name} shares its process with others: start the system with it alone`);
    return runner;
  };

  const stop = async () => {
    await rm(path.join(dataDirectory, addressesFile), { force: true });
    await Promise.all(others.map((other) => other.stop()));
    for (const kind of roleKinds) {
      const ofKind = [...runners].filter(([process]) => process.kind === kind);
      await Promise.all(ofKind.map(([, runner]) => runner.stop()));
    }
    access.stop();
    await supervisor.dismiss();
    release();
    await parts.stop();
  };

  try {
    await Promise.all([
      prepareTemporal(
        roleEnvironment({ ...shared, ...payloadKeys.environment }, { temporal: !ownsTemporal, reachesOut }),
      ),
      prepareBroker(stored, (line) => report(`RabbitMQ: ${line}`)),
      prepareDatabase(stored),
    ]);
    const started = await Promise.allSettled(first.map((process) => runners.get(process)?.start()));
    for (const result of started) if (result.status === 'rejected') throw result.reason;
    const forPeople = { AMQP_URL: logins.brokerUrl(topologyOwner), DATABASE_URL: logins.databaseUrl(auditor) };
    writeState(path.join(dataDirectory, addressesFile), { ...found, ...forPeople }, { mode: 0o600 });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    parts,
    addresses: published,
    kill: (name, signal = 'SIGKILL') => runnerAlone(name).kill(signal),
    stopRole: (name) => runnerAlone(name).stop(),
    start: (name) => runnerAlone(name).start(),
    processId: (name) => runnerOf(name)[1].processId,
    another(name, environment) {
      const other = createRunner(processOf(name), { ...noMetrics, ...environment });
      others.push(other);
      return other;
    },
    identityOf: (name) => ({ ...access.of(name), ...logins.of(name), ...payloadKeys.of(name) }),
    stop,
  };
}

/** All roles run, so that their connections have to be fewer than the database of a machine has. */
const poolOf = (name: RoleName): Readonly<Record<string, string>> => {
  const store = stores[name];
  return store ? { DATABASE_POOL_SIZE: String(store.connections) } : {};
};

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

async function prepareTemporal(addresses: NodeJS.ProcessEnv): Promise<void> {
  const { client, connection } = await connectTemporalClient(addresses);
  await registerSearchAttributes(connection, client.options.namespace);
  await ensureSchedules(client);
  await connection.close();
}
