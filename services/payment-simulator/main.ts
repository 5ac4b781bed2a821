import { fileURLToPath } from 'node:url';
import { readConfiguration } from '../../platform/configuration.ts';
import { migrate, openDatabase } from '../../platform/database.ts';
import { serviceEnvironment } from '../../platform/http/service.ts';
import { runProcess } from '../../platform/process.ts';
import { buildSimulator } from './server.ts';

await runProcess('payment-simulator', async (logger) => {
  const { DATABASE_URL, HOST, PORT } = readConfiguration(serviceEnvironment);
  const database = openDatabase<unknown>({ url: DATABASE_URL, schema: 'payment_simulator' });
  await migrate(database, 'payment_simulator', fileURLToPath(new URL('./migrations', import.meta.url)));
  const server = buildSimulator(database, logger);
  return {
    address: await server.listen({ port: PORT, host: HOST }),
    async stop() {
      await server.close();
      await database.destroy();
    },
  };
});
