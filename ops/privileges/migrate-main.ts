import { z } from 'zod';
import { ConfigurationError, readConfiguration } from '../../platform/configuration.ts';
import { databaseUrlSchema } from '../../platform/database.ts';
import { describeScript } from '../../platform/script.ts';
import { migrateSchemas } from './migrate.ts';
import { schemaNames } from './stores.ts';

describeScript(
  'npm run migrate',
  'Brings the schemas of DATABASE_URL up to date, with the login of their owner; before the processes of a new release start.',
).parse();

try {
  const { DATABASE_URL } = readConfiguration(z.object({ DATABASE_URL: databaseUrlSchema }), process.env);
  await migrateSchemas(DATABASE_URL);
  process.stdout.write(`up to date: ${schemaNames.join(', ')}\n`);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
