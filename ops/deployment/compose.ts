import { topologyOwner } from '../../events/processes.ts';
import { payloadKeysOfKinds } from '../system/payload-keys.ts';
import { demoSeller } from '../system/role-environment.ts';
import { type DeployedRole, deployedRoles, roleToDeploy } from './roles.ts';
import { toYaml, type YamlValue } from './yaml.ts';

type Service = { readonly [name: string]: YamlValue };

/** Where the roles stand in docker-compose.yml: between this line and the volumes. */
const beginning =
  '  # The roles and their jobs, written by `npm run generate-deployment`: change ops/deployment/, not these lines.\n';

const port = 8080;
/** In the network of the payments, whose port is the other one. */
const simulatorPort = 8090;
const secrets = '/run/shop';
const webhookSecret = 'whsec_of_development_only';
const image = 'durable-checkout:development';
const volumes = [`shop-secrets:${secrets}:ro`];
const temporal = { TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_NAMESPACE: 'default' };

const completed = { condition: 'service_completed_successfully' };
const healthy = { condition: 'service_healthy' };

/** What is ready before any role starts. */
const prepared = { migrations: completed, topology: completed, 'temporal-prepared': completed };

/** The addresses of all roles, for those who call them. */
const addresses = Object.fromEntries(
  [...deployedRoles].flatMap((name) => {
    const { address } = roleToDeploy(name);
    return address ? [[address, `http://${name}:${port}`]] : [];
  }),
);

/** What roles of one machine are told alike. */
const shared = {
  HOST: '0.0.0.0',
  PORT: String(port),
  METRICS_PORT: '9090',
  // The network of the containers is one of this machine.
  ALLOW_CLEAR_TEXT: 'true',
  ACCESS_ISSUER: 'urn:durable-checkout:local',
  ACCESS_KEYS_FILE: `${secrets}/access/keys.json`,
  ...temporal,
  ...addresses,
  MAIL_SINK_URL: `http://mail-sink:${port}`,
};

/** Key rings are shared by roles. */
const rings: Readonly<Record<string, string>> = {
  PAYLOAD_KEYS: 'payload-keys.json',
  PAYROLL_PAYLOAD_KEYS: 'payroll-payload-keys.json',
  EVENT_KEYS: 'event-keys.json',
};

function file(role: string, variable: string): string {
  const ring = rings[role === 'payroll-worker' && variable === 'PAYLOAD_KEYS' ? 'PAYROLL_PAYLOAD_KEYS' : variable];
  return ring ? `${secrets}/access/${ring}` : `${secrets}/${role}/${variable}`;
}

/** What is particular to a role on one machine, beside its secrets. */
const particular: Partial<Record<DeployedRole, Readonly<Record<string, string>>>> = {
  api: { PAYLOAD_KEYS_OF_KINDS: payloadKeysOfKinds(file('api', 'PAYROLL_PAYLOAD_KEYS')) },
  payments: { PAYMENT_PROVIDER_URL: `http://127.0.0.1:${simulatorPort}` },
  'payment-webhooks': { PAYMENT_WEBHOOK_SECRET: webhookSecret },
  payroll: { SELLER_NAME: demoSeller.SELLER_NAME, SELLER_ADDRESS: demoSeller.SELLER_ADDRESS },
  'notification-consumer': { SMTP_URL: 'smtp://mail-sink:2525', ...demoSeller },
};

function service(name: DeployedRole): Service {
  const {
    command,
    environment,
    secrets: variables,
    callsServices,
    stopSeconds,
    address,
    connections,
  } = roleToDeploy(name);
  const given = particular[name] ?? {};
  const fromFiles = variables.filter((variable) => !(variable in given) && variable !== 'PAYMENT_PROVIDER_KEY');
  const joins = name === 'payments';
  return {
    '<<': '*role',
    entrypoint: command,
    environment: {
      '<<': '*shared',
      ...environment,
      ...Object.fromEntries(fromFiles.map((variable) => [`${variable}_FILE`, file(name, variable)])),
      ...(connections > 0 && { DATABASE_POOL_SIZE: String(connections) }),
      ...(callsServices && { ACCESS_TOKEN_FILE: `${secrets}/access/${name}.token` }),
      ...given,
    },
    // Beyond this machine the address of the provider has to be encrypted: the simulator's is one of this machine.
    ...(joins && { network_mode: 'service:payment-simulator' }),
    ...(name === 'api' && address && { ports: [`127.0.0.1:${port}:${port}`] }),
    stop_grace_period: `${stopSeconds + 8}s`,
  };
}

const double = (
  name: 'mail-sink' | 'payment-simulator',
  own: Service,
  environment: Readonly<Record<string, string>>,
) => ({
  '<<': '*role',
  image,
  build: { context: '.', target: 'development' },
  entrypoint: ['node', 'roles/main.ts', name],
  environment: { '<<': '*shared', DATABASE_URL_FILE: file(name, 'DATABASE_URL'), ...environment },
  ...own,
});

const job = (own: Service): Service => ({
  image,
  build: { context: '.', target: 'development' },
  profiles: ['app'],
  volumes,
  read_only: true,
  restart: 'on-failure:5',
  ...own,
});

/** Everything of the profile `app`: the jobs before the roles, the roles, and what stands in for mail server and provider. */
const services = (): Readonly<Record<string, Service>> => ({
  secrets: job({
    entrypoint: ['node', 'ops/deployment/development-secrets.ts', '--folder', secrets],
    environment: {
      ALLOW_CLEAR_TEXT: 'true',
      DATABASE_URL: 'postgres://postgres:postgres@postgres:5432/postgres',
      AMQP_URL: 'amqp://guest:guest@rabbitmq:5672',
      RABBITMQ_MANAGEMENT_URL: 'http://rabbitmq:15672',
    },
    volumes: [`shop-secrets:${secrets}`],
    depends_on: { postgres: healthy, rabbitmq: healthy },
    healthcheck: { test: ['CMD', 'test', '-f', `${secrets}/ready`], interval: '2s', timeout: '2s', retries: 30 },
    restart: 'unless-stopped',
  }),
  migrations: job({
    entrypoint: ['node', 'ops/privileges/migrate-main.ts'],
    environment: { ALLOW_CLEAR_TEXT: 'true', DATABASE_URL_FILE: file('migrations', 'DATABASE_URL') },
    depends_on: { secrets: healthy },
  }),
  topology: job({
    entrypoint: ['node', 'client/command-line/main.ts', 'topology', 'declare'],
    environment: { ALLOW_CLEAR_TEXT: 'true', AMQP_URL_FILE: file(topologyOwner, 'AMQP_URL') },
    depends_on: { secrets: healthy },
  }),
  'temporal-prepared': job({
    entrypoint: ['node', 'ops/deployment/prepare-temporal.ts'],
    environment: { ALLOW_CLEAR_TEXT: 'true', ...temporal, PAYLOAD_KEYS_FILE: file('', 'PAYLOAD_KEYS') },
    depends_on: { secrets: healthy, 'temporal-namespace': completed },
  }),
  'payment-simulator': double(
    'payment-simulator',
    { networks: { default: { aliases: ['payments'] } }, ports: [`127.0.0.1:${simulatorPort}:${simulatorPort}`] },
    {
      PORT: String(simulatorPort),
      METRICS_PORT: '9091',
      PUBLIC_URL: `http://127.0.0.1:${simulatorPort}`,
      WEBHOOK_URL: `http://payment-webhooks:${port}/webhooks/stripe`,
      WEBHOOK_SECRET: webhookSecret,
    },
  ),
  'mail-sink': double('mail-sink', { ports: [`127.0.0.1:8025:${port}`] }, { SMTP_PORT: '2525' }),
  ...Object.fromEntries(deployedRoles.map((name) => [name, service(name)])),
});

const anchors: Readonly<Record<string, Service>> = {
  'x-role: &role': {
    image: 'durable-checkout:local',
    build: { context: '.', target: 'production' },
    profiles: ['app'],
    volumes,
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    depends_on: prepared,
    healthcheck: {
      test: [
        'CMD',
        'node',
        '-e',
        "fetch('http://127.0.0.1:' + process.env.METRICS_PORT + '/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))",
      ],
      interval: '10s',
      timeout: '5s',
      retries: 12,
      start_period: '30s',
    },
    restart: 'unless-stopped',
  },
  'x-shared: &shared': shared,
};

/** The anchors before the services, and the services. */
function composeParts(): { readonly anchors: string; readonly services: string } {
  return {
    anchors: Object.entries(anchors)
      .map(([key, value]) => `${key}\n${toYaml(value, 2)}`)
      .join('\n'),
    services: Object.entries(services())
      .map(([name, each]) => `  ${name}:\n${toYaml(each, 4)}`)
      .join('\n'),
  };
}

/**
 * The compose file with the roles of today.
 *
 * @param text the file as it is
 */
export function withRoles(text: string): string {
  const { anchors: first, services: all } = composeParts();
  const [head = '', rest = ''] = text.split(/^services:\n/m);
  const [parts = ''] = rest.split(beginning);
  const [, end = ''] = rest.split(/^volumes:\n/m);
  const [introduction = ''] = head.split(/^x-role: /m);
  return `${introduction}${first}\nservices:\n${parts}${beginning}${all}\nvolumes:\n${end}`;
}
