import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Addresses, findAddresses } from '../../client/services.ts';
import { ConfigurationError, readConfiguration } from '../../platform/configuration.ts';
import { databaseUrlSchema } from '../../platform/database-settings.ts';
import { withLogin } from '../privileges/logins.ts';

const passwordFile = fileURLToPath(new URL('../../.data/postgres-password', import.meta.url));

/**
 * The addresses of the system, its database as an administrator: that of `DATABASE_URL`, or of what `npm start` runs on this machine.
 *
 * @throws {ConfigurationError} when there is neither
 */
export function administratorAddresses(): Addresses {
  const isNamed = Boolean(process.env['DATABASE_URL']);
  const addresses = findAddresses();
  const { DATABASE_URL: url } = readConfiguration(z.object({ DATABASE_URL: databaseUrlSchema }), addresses);
  if (isNamed) return addresses;
  try {
    return { ...addresses, DATABASE_URL: withLogin(url, 'postgres', readFileSync(passwordFile, 'utf8').trim()) };
  } catch {
    throw new ConfigurationError(
      `DATABASE_URL is missing: set it to the database with its administrator, since ${passwordFile} cannot be read`,
    );
  }
}
