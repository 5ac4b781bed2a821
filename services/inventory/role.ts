import { z } from 'zod';
import { readConfiguration } from '../../platform/configuration.ts';
import { httpServiceRole } from '../../platform/http/service.ts';
import { inventoryContract } from './contract.ts';
import { expireReservations, inventoryHandlers } from './server.ts';

const environment = z.object({
  RESERVATION_EXPIRY_INTERVAL_SECONDS: z.coerce.number().int().min(1).max(86_400).default(300),
});

export const role = httpServiceRole(inventoryContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: inventoryHandlers,
  background: (database, { logger, ...context }) => {
    const { RESERVATION_EXPIRY_INTERVAL_SECONDS: seconds } = readConfiguration(environment, context.environment);
    return expireReservations(database, logger, seconds * 1_000);
  },
});
