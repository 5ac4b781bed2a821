import { topologyOwner } from '../../events/processes.ts';
import { deployedRoles, roleToDeploy } from './roles.ts';

/** What runs before the roles of a release, in this order. The names are those of its Secrets, too. */
const jobs = [
  { name: 'migrations', command: ['node', 'ops/privileges/migrate-main.ts'], secrets: ['DATABASE_URL'] },
  {
    name: topologyOwner,
    command: ['node', 'client/command-line/main.ts', 'topology', 'declare'],
    secrets: ['AMQP_URL'],
  },
  { name: 'temporal', command: ['node', 'ops/deployment/prepare-temporal.ts'], secrets: ['PAYLOAD_KEYS'] },
];

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** What the chart has to know of the roles. */
export const chartRoles = (): string => json({ roles: deployedRoles.map(roleToDeploy), jobs });

const text = (description: string, more: object = {}) => ({ type: 'string', minLength: 1, description, ...more });
const flag = { type: 'boolean' };
const count = { type: 'integer', minimum: 1, maximum: 1_000 };
const strict = (properties: object, more: object = {}) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...more,
});
const all = (properties: object, more: object = {}) =>
  strict(properties, { required: Object.keys(properties), ...more });
const https = { pattern: '^https://[^ ]+$' };
const spread = { enum: ['ScheduleAnyway', 'DoNotSchedule'] };
const peers = { type: 'array', items: { type: 'object', minProperties: 1 } };
const variables = {
  type: 'object',
  propertyNames: { pattern: '^[A-Z][A-Z0-9_]*$' },
  additionalProperties: { type: 'string' },
};
const outside = all({
  to: peers,
  ports: { type: 'array', minItems: 1, items: { type: 'integer', minimum: 1, maximum: 65_535 } },
});

const role = (single: boolean) =>
  strict({
    // A role that takes its events in their order runs once, or not at all.
    replicas: { type: 'integer', minimum: 0, maximum: single ? 1 : 1_000 },
    ...(single ? {} : { maximumReplicas: count }),
    resources: { type: 'object' },
    environment: variables,
  });

/** The schema of the chart's values: what makes no sense is refused before anything is deployed. */
export const chartSchema = (): string =>
  json({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart durable-checkout; written by npm run generate-deployment',
    ...all(
      {
        global: { type: 'object' },
        image: all({
          repository: text('where the image is', { pattern: '^[^ @]+$' }),
          tag: { type: 'string', not: { const: 'latest' } },
          digest: { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' },
          pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
          pullSecrets: { type: 'array', items: all({ name: text('a Secret') }) },
        }),
        secretPrefix: text('how the names of the Secrets begin', { pattern: '^[a-z0-9][a-z0-9.-]*$' }),
        temporal: all({
          address: text('the frontend of Temporal', { pattern: '^[^ /:]+:[0-9]{1,5}$' }),
          namespace: text('its namespace'),
          tls: flag,
          apiKey: flag,
        }),
        access: all({
          issuer: text('the issuer of tokens', https),
          audience: text('whom tokens are for'),
          keysUrl: text('the key set of the issuer', https),
          rolesClaim: text('the claim with the roles'),
        }),
        transport: all({ mode: { enum: ['tls', 'mesh'] }, certificateSecret: { type: 'string' } }),
        database: all({
          pooler: { enum: ['none', 'transaction'] },
          maximumConnections: { type: 'integer', minimum: 0, maximum: 100_000 },
        }),
        paymentProvider: all({ url: text('the payment provider', https) }),
        mailFrom: text('the sender of mails', { pattern: '@' }),
        seller: all({
          name: text('who issues invoices'),
          address: text('lines with commas between them'),
          taxId: text('its tax id'),
          iban: text('its account', { pattern: '^[A-Z]{2}[0-9]{2}[A-Z0-9 ]{10,40}$' }),
          bic: { type: 'string' },
        }),
        replicas: count,
        roles: strict(Object.fromEntries(deployedRoles.map((name) => [name, role(roleToDeploy(name).single)]))),
        autoscaling: all({
          enabled: flag,
          targetQueueSize: count,
          maximumReplicas: count,
          temporalAuthentication: { type: 'string' },
        }),
        workerVersion: strict(
          {
            deploymentName: text('which workers belong together', { pattern: '^[A-Za-z0-9_-]{1,80}$' }),
            buildId: text('the version of the code', { pattern: '^[A-Za-z0-9._-]{1,100}$' }),
          },
          { dependencies: { deploymentName: ['buildId'], buildId: ['deploymentName'] } },
        ),
        podDisruptionBudget: all({ enabled: flag }),
        topologySpread: all({ hosts: spread, zones: { enum: ['', ...spread.enum] } }),
        networkPolicy: all({
          enabled: flag,
          ingressFrom: peers,
          monitoringFrom: peers,
          egress: all(
            Object.fromEntries(
              ['database', 'broker', 'temporal', 'mail', 'paymentProvider', 'identityProvider', 'tracing'].map(
                (name) => [name, outside],
              ),
            ),
          ),
        }),
        environment: variables,
        podMonitor: all({ enabled: flag, interval: text('how often', { pattern: '^[0-9]+s$' }) }),
      },
      {
        if: { properties: { transport: { properties: { mode: { const: 'tls' } } } } },
        // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
        then: {
          properties: {
            transport: { properties: { certificateSecret: { minLength: 1 } } },
            temporal: { properties: { tls: { const: true } } },
          },
        },
      },
    ),
  }).replace('"global",\n', '');
