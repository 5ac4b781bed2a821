import cors from '@fastify/cors';
import { z } from 'zod';
import { accessEnvironment, readAuthenticator } from '../../platform/access/authenticator.ts';
import { ConfigurationError, readConfiguration } from '../../platform/configuration.ts';
import { limitsEnvironment } from '../../platform/http/limits.ts';
import { buildHttpServer } from '../../platform/http/server.ts';
import { SealingCodec } from '../../platform/payloads/codec.ts';
import { readPayloadKeys } from '../../platform/payloads/data-converter.ts';
import type { Role } from '../../platform/role.ts';
import { codecContract } from './contract.ts';
import { codecHandlers } from './server.ts';

const environment = limitsEnvironment.extend(accessEnvironment.shape).extend({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535),
  /** The Web UI, whose pages may call. */
  TEMPORAL_WEB_UI: z.url({ protocol: /^https?$/, error: 'use the address of the Web UI' }).optional(),
});

/** The codec server. It has no store. */
export const role: Role = async (context) => {
  const { HOST: host, PORT: port, TEMPORAL_WEB_UI, ...read } = readConfiguration(environment, context.environment);
  const keys = readPayloadKeys(context.environment);
  if (!keys) throw new ConfigurationError('PAYLOAD_KEYS_FILE is missing: set it in the environment');
  const { logger } = context;
  const server = buildHttpServer(codecContract, codecHandlers(new SealingCodec(keys), logger), {
    logger,
    access: readAuthenticator(context.environment),
    limits: { headersTimeoutMs: read.HTTP_HEADERS_TIMEOUT_MS, requestTimeoutMs: read.HTTP_REQUEST_TIMEOUT_MS },
  });
  await server.register(cors, {
    origin: TEMPORAL_WEB_UI ? [new URL(TEMPORAL_WEB_UI).origin] : false,
    methods: ['POST'],
    allowedHeaders: ['authorization', 'content-type', 'x-namespace'],
  });
  return { address: await server.listen({ port, host }), stop: () => server.close() };
};
