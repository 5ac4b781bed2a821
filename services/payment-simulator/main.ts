import { runService } from '../../platform/service.ts';
import { buildSimulator } from './server.ts';

await runService<unknown>(
  {
    name: 'payment-simulator',
    schema: 'payment_simulator',
    migrations: new URL('./migrations', import.meta.url),
  },
  async ({ database, logger, host, port }) => {
    const server = buildSimulator(database, logger);
    return { address: await server.listen({ port, host }), stop: () => server.close() };
  },
);
