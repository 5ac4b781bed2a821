import { z } from 'zod';
import { databaseUrlSchema } from '../../platform/database.ts';

/** What every consumer reads from its environment. */
export const consumerEnvironment = z.object({
  DATABASE_URL: databaseUrlSchema,
  AMQP_URL: z.url({ protocol: /^amqps?$/, error: 'use amqp://user:password@host:port, or amqps' }),
});
