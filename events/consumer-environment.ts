import { z } from 'zod';

/** What every consumer reads from its environment. */
export const consumerEnvironment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'use postgres://user:password@host:port/database' }),
  AMQP_URL: z.url({ protocol: /^amqps?$/, error: 'use amqp://user:password@host:port, or amqps' }),
});
