import { z } from 'zod';
import { type Addresses, createServiceClients, serviceAddresses } from '../client/services.ts';
import { accessEnvironment, readAuthenticator } from '../platform/access/authenticator.ts';
import { tokenSource } from '../platform/access/token-source.ts';
import { readConfiguration } from '../platform/configuration.ts';
import { probe } from '../platform/probe.ts';
import { readyWhile } from '../platform/ready-while.ts';
import type { Role } from '../platform/role.ts';
import { listeningEnvironment, readListening } from '../platform/service.ts';
import { openTemporalClient } from '../platform/temporal-client.ts';
import { serveApi } from './server.ts';

const origin = z
  .string()
  .trim()
  .refine((text) => URL.canParse(text) && new URL(text).origin === text, 'name origins: https://shop.example');

/** Where all is that it calls: what it does not know at its start it would find out from a person who asks. */
export const frontDoorServices = serviceAddresses.omit({ MAIL_SINK_URL: true, PAYMENTS_URL: true }).required();

const environment = listeningEnvironment.extend({
  ...accessEnvironment.shape,
  ...frontDoorServices.shape,
  /** The claim of a token that names the customer; without it, the subject does. */
  ACCESS_CUSTOMER_CLAIM: z.string().default('customer'),
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).default(600),
  CORS_ORIGINS: z
    .string()
    .optional()
    .transform((text) => (text ? text.split(',') : []))
    .pipe(z.array(origin)),
});

export const role: Role = async ({ environment: own, logger }) => {
  const read = readConfiguration(environment, own);
  const services = createServiceClients(own as Addresses, tokenSource(own));
  const { client: temporal, connection } = openTemporalClient(own);
  const check = probe(() => connection.healthService.check({}));
  readyWhile('Temporal', check);
  const server = await serveApi(
    { temporal, services },
    {
      logger,
      ...readListening(own),
      access: readAuthenticator(own, { accountClaim: read.ACCESS_CUSTOMER_CLAIM }),
      protection: { callsPerMinute: read.RATE_LIMIT_PER_MINUTE, corsOrigins: read.CORS_ORIGINS },
      check,
    },
  );
  return {
    address: server.address,
    async stop() {
      await server.stop();
      await connection.close();
    },
  };
};
