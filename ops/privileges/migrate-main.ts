import { z } from 'zod';
import { ConfigurationError, readConfiguration } from '../../platform/configuration.ts';
import { databaseUrlSchema } from '../../platform/database-settings.ts';
import { describeScript } from '../../platform/script.ts';
import { migrateSchemas } from './migrate.ts';
import { migrationsOf, schemaNames } from './stores.ts';

describeScript(
  'npm run migrate',
  'Brings the schemas of DATABASE_URL up to date, with the login of their owner; before the processes of a new release start.',
).parse();

try {
  const { DATABASE_URL } = readConfiguration(z.object({ DATABASE_URL: databaseUrlSchema }), process.env);
  // An image of production has none of the doubles, nor their migrations.
  const schemas = schemaNames.filter(
    (name) => process.env['NODE_ENV'] !== 'production' || !migrationsOf[name].startsWith('doubles/'),
  );
  await migrateSchemas(DATABASE_URL, schemas, (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`up to date: ${schemas.join(', ')}\n`);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
