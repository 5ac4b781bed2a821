import { ensureSchedules } from '../../client/schedules.ts';
import { registerSearchAttributes } from '../../client/search-attributes.ts';
import { ConfigurationError } from '../../platform/configuration.ts';
import { describeScript } from '../../platform/script.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';

describeScript(
  'npm run prepare-temporal',
  'Makes the search attributes and the schedules of the system known to the namespace of TEMPORAL_NAMESPACE; before the processes of a new release start.',
).parse();

try {
  const { client, connection } = await connectTemporalClient(process.env);
  const { namespace } = client.options;
  await registerSearchAttributes(connection, namespace);
  await ensureSchedules(client);
  await connection.close();
  process.stdout.write(`the namespace ${namespace} has its search attributes and schedules\n`);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
