import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { topologyOwner } from '../../events/processes.ts';
import { readConfiguration } from '../../platform/configuration.ts';
import { databaseUrlSchema } from '../../platform/database-settings.ts';
import { describeScript } from '../../platform/script.ts';
import { writeWhole } from '../../platform/state-file.ts';
import { roleNames } from '../../roles/roles.ts';
import { loginsFile, makeBrokerUsers, makeDatabaseLogins, openLogins } from '../privileges/logins.ts';
import { schemaOwner } from '../privileges/stores.ts';
import { openLocalAccess } from '../system/local-access.ts';
import { openPayloadKeys } from '../system/payload-keys.ts';

const { folder } = describeScript(
  'node ops/deployment/development-secrets.ts',
  'Makes passwords, tokens and keys for the processes of docker-compose.yml, gives the passwords to broker and database, and renews the tokens until SIGTERM.',
)
  .requiredOption('--folder <folder>', 'where the files come to lie: <role>/<VARIABLE>')
  .parse()
  .opts<{ folder: string }>();

const environment = z.object({
  /** Of administrators of both. */
  DATABASE_URL: databaseUrlSchema,
  AMQP_URL: z.url({ protocol: /^amqps?$/ }),
  RABBITMQ_MANAGEMENT_URL: z.url({ protocol: /^https?$/ }),
});

const read = readConfiguration(environment, process.env);
const { username: user, password } = new URL(read.AMQP_URL);
const stored = {
  rabbitmq: {
    url: read.AMQP_URL,
    management: { url: read.RABBITMQ_MANAGEMENT_URL, user, password },
    metrics: undefined,
  },
  postgres: { url: read.DATABASE_URL },
  file: loginsFile(folder),
  owns: { broker: true, database: true },
};
mkdirSync(folder, { recursive: true });
await openLocalAccess(path.join(folder, 'access'));
const payloadKeys = openPayloadKeys(path.join(folder, 'access'), {});
const logins = openLogins(stored);
await Promise.all([makeBrokerUsers(stored), makeDatabaseLogins(stored)]);

for (const role of roleNames) write(role, logins.of(role));
write('migrations', { DATABASE_URL: logins.databaseUrl(schemaOwner) });
write('topology', { AMQP_URL: logins.brokerUrl(topologyOwner) });
write('.', { ready: new Date().toISOString() });
process.stdout.write(`secrets are in ${folder}; keys of payloads: ${payloadKeys.environment['PAYLOAD_KEYS_FILE']}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
setInterval(() => undefined, 3_600_000);

function write(name: string, variables: Readonly<Record<string, string>>): void {
  mkdirSync(path.join(folder, name), { recursive: true, mode: 0o700 });
  chmodSync(path.join(folder, name), 0o700);
  for (const [variable, value] of Object.entries(variables)) {
    writeWhole(path.join(folder, name, variable), `${value}\n`, { mode: 0o600 });
  }
}
