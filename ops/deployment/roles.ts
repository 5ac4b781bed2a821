import { callingProcesses } from '../../contracts/access.ts';
import { consumedBy } from '../../events/processes.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import { longestStopMs, workerGraceMs } from '../../platform/stop-times.ts';
import { type RoleDescription, type RoleName, roleNames, roleOf } from '../../roles/roles.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { brokerUsers } from '../privileges/broker-users.ts';
import { stores } from '../privileges/stores.ts';
import { payloadKeysOfKinds } from '../system/payload-keys.ts';

/** The roles that run in production: all but those that stand in for something outside. */
export type DeployedRole = {
  [Name in RoleName]: Name extends 'payment-simulator' | 'mail-sink' ? never : Name;
}[RoleName];

export const deployedRoles = roleNames.filter((name) => roleOf(name).kind !== 'double') as DeployedRole[];

/** Processor and memory of one process, as Kubernetes writes them. A processor that is free may be used by any. */
interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly memory: string };
}

const small: Resources = { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } };
const middle: Resources = { requests: { cpu: '200m', memory: '192Mi' }, limits: { memory: '384Mi' } };
/** A thousand open checkouts in less than 400 MB; see docs/performance.md. */
const large: Resources = { requests: { cpu: '500m', memory: '384Mi' }, limits: { memory: '640Mi' } };

/** What no other table says of a role. A role that is missing here does not compile. */
interface Deployment {
  readonly resources: Resources;
  /** Which roles it calls. */
  readonly calls?: readonly DeployedRole[];
  /** Whether it talks to Temporal. */
  readonly temporal?: true;
  /** Variables besides those of the table of roles. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Secrets besides those of database, broker, Temporal and its own identity. */
  readonly secrets?: readonly string[];
  /** What outside of the cluster it talks to. */
  readonly outside?: readonly ('mail' | 'payment-provider')[];
  /** The task queue by whose backlog it is scaled. */
  readonly taskQueue?: string;
  /** Whether its worker runs workflows, which have versions. */
  readonly runsWorkflows?: true;
  /** Whether it is reached from outside of the system. */
  readonly isPublic?: true;
  /** Whether several of its processes may work on one queue: events may then pass each other. */
  readonly scalesByQueue?: true;
  /** Whether there is never more than one process of it. */
  readonly single?: true;
}

/** Where a container sees its secrets, a file each. */
const secretsFolder = '/run/secrets/durable-checkout';

const deployments: Readonly<Record<DeployedRole, Deployment>> = {
  customers: { resources: middle },
  catalog: { resources: middle },
  reviews: { resources: small, calls: ['catalog'] },
  orders: { resources: middle },
  inventory: { resources: middle },
  payments: { resources: middle, secrets: ['PAYMENT_PROVIDER_KEY'], outside: ['payment-provider'] },
  billing: { resources: middle },
  communities: { resources: small },
  staff: { resources: small },
  payroll: { resources: middle, secrets: ['EVENT_KEYS'] },
  purchasing: { resources: middle },
  ledger: { resources: small },
  'order-history': { resources: small },
  'dead-letters': { resources: small },
  // The pages of Temporal's Web UI call it.
  codec: { resources: small, secrets: ['PAYLOAD_KEYS'], isPublic: true },
  api: {
    resources: middle,
    isPublic: true,
    // It starts and follows the workflows whose payloads the payroll's worker alone reads.
    secrets: ['PAYROLL_PAYLOAD_KEYS'],
    environment: { PAYLOAD_KEYS_OF_KINDS: payloadKeysOfKinds(`${secretsFolder}/PAYROLL_PAYLOAD_KEYS`) },
    temporal: true,
    calls: [
      ...(['customers', 'catalog', 'reviews', 'orders', 'inventory', 'ledger', 'order-history'] as const),
      ...(['billing', 'communities', 'staff', 'payroll', 'purchasing', 'dead-letters'] as const),
    ],
  },
  // Journals are chained in the order of the queue.
  'ledger-consumer': { resources: middle, single: true, secrets: ['EVENT_KEYS'] },
  'notification-consumer': {
    resources: middle,
    secrets: ['SMTP_URL', 'EVENT_KEYS'],
    outside: ['mail'],
    scalesByQueue: true,
  },
  'order-history-consumer': { resources: small, single: true },
  'billing-consumer': { resources: small, single: true },
  'customers-consumer': { resources: small, single: true },
  'communities-consumer': { resources: small, single: true },
  'orders-consumer': { resources: small, single: true },
  'dead-letters-consumer': { resources: small, single: true },
  'checkout-inbox': { resources: small, temporal: true, calls: ['customers', 'orders'], scalesByQueue: true },
  'payment-webhooks': { resources: small, temporal: true, secrets: ['PAYMENT_WEBHOOK_SECRET'], isPublic: true },
  'checkout-worker': {
    resources: large,
    temporal: true,
    taskQueue: taskQueues.checkout,
    runsWorkflows: true,
    calls: ['customers', 'catalog', 'orders', 'inventory', 'payments'],
  },
  'back-office-worker': {
    resources: large,
    temporal: true,
    taskQueue: taskQueues.backOffice,
    runsWorkflows: true,
    calls: ['customers', 'billing', 'payments', 'communities', 'purchasing', 'staff'],
  },
  'payroll-worker': {
    resources: large,
    temporal: true,
    taskQueue: taskQueues.payroll,
    runsWorkflows: true,
    calls: ['payroll', 'staff'],
  },
  'bridge-worker': { resources: middle, temporal: true, taskQueue: taskQueues.bridge },
};

/** Everything that a deployment has to know of one role. */
export interface RoleToDeploy extends Required<Pick<Deployment, 'resources' | 'calls' | 'outside'>> {
  readonly name: DeployedRole;
  readonly kind: RoleDescription['kind'];
  /** What the container runs. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The variable that holds its address for others, where it listens. */
  readonly address: string | undefined;
  readonly speaksHttp: boolean;
  /** Variables that each come from a file: `DATABASE_URL_FILE`. */
  readonly secrets: readonly string[];
  readonly uses: { readonly temporal: boolean; readonly broker: boolean; readonly database: boolean };
  /** Connections to PostgreSQL that one process opens at most. */
  readonly connections: number;
  /** Whether it verifies the tokens of callers. */
  readonly verifiesCallers: boolean;
  /** Whether it has an identity of its own, by which it calls services. */
  readonly callsServices: boolean;
  readonly taskQueue: string | undefined;
  /** The work queues by whose depth it is scaled. */
  readonly queues: readonly string[];
  readonly single: boolean;
  readonly runsWorkflows: boolean;
  readonly isPublic: boolean;
  /** How long its stop may take, in seconds. */
  readonly stopSeconds: number;
}

const brokerNames = new Set(brokerUsers().map(({ name }) => name));

/** @returns what is known of a role in all tables */
export function roleToDeploy(name: DeployedRole): RoleToDeploy {
  const { kind, address, speaksHttp = false, nodeOptions = [], environment: ofRole } = roleOf(name);
  const deployment = deployments[name];
  const environment = { ...ofRole, ...deployment.environment };
  const {
    calls = [],
    outside = [],
    temporal = false,
    taskQueue,
    single = false,
    secrets = [],
    runsWorkflows = false,
  } = deployment;
  const uses = { temporal, broker: brokerNames.has(name), database: Object.hasOwn(stores, name) };
  return {
    ...{ name, kind, address, speaksHttp, environment, uses, calls, outside, taskQueue, single, runsWorkflows },
    isPublic: deployment.isPublic ?? false,
    connections: stores[name]?.connections ?? 0,
    resources: deployment.resources,
    command: ['node', ...nodeOptions, 'roles/main.ts', name],
    secrets: [
      ...(uses.database ? ['DATABASE_URL'] : []),
      ...(uses.broker ? ['AMQP_URL'] : []),
      ...(temporal ? ['PAYLOAD_KEYS'] : []),
      ...secrets,
    ],
    verifiesCallers: kind === 'service',
    callsServices: callingProcesses.some((caller) => caller === name),
    queues: deployment.scalesByQueue ? queuesOf(name) : [],
    stopSeconds: longestStopMs(kind === 'worker' ? [workerGraceMs] : []) / 1_000,
  };
}

const queuesOf = (name: DeployedRole): string[] =>
  Object.entries(consumedBy)
    .filter(([, role]) => role === name)
    .map(([key]) => queueOf(standardTopology, subscriptions[key as keyof typeof consumedBy]).work);
