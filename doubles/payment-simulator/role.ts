import { z } from 'zod';
import { ConfigurationError, readConfiguration } from '../../platform/configuration.ts';
import { serviceRole } from '../../platform/service.ts';
import { buildSimulator } from './server.ts';

const simulatorEnvironment = z.object({
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'use http://host:port' }).optional(),
  WEBHOOK_URL: z.url({ protocol: /^https?$/, error: 'use http://host:port/path' }).optional(),
  WEBHOOK_SECRET: z.string().min(1).optional(),
});

export const role = serviceRole<unknown>(
  {
    schema: 'payment_simulator',
    migrations: new URL('./migrations', import.meta.url),
  },
  async ({ database, environment, logger, host, port, certificate }) => {
    const {
      PUBLIC_URL: publicUrl,
      WEBHOOK_URL: url,
      WEBHOOK_SECRET: secret,
    } = readConfiguration(simulatorEnvironment, environment);
    if ((url === undefined) !== (secret === undefined)) {
      throw new ConfigurationError('WEBHOOK_URL and WEBHOOK_SECRET are wrong: set both, or neither');
    }
    const server = buildSimulator(database, logger, {
      publicUrl,
      certificate,
      webhook: url !== undefined && secret !== undefined ? { url, secret } : undefined,
    });
    return { address: await server.listen({ port, host }), stop: () => server.close() };
  },
);
