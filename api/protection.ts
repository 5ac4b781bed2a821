import cors from '@fastify/cors';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { ServiceFailure } from '../contracts/failures.ts';
import type { HttpServerOptions } from '../platform/http/server.ts';

export interface Protection {
  /** How many calls one caller may make in a minute. */
  readonly callsPerMinute: number;
  /** The sites whose pages may call: none, unless they are named. */
  readonly corsOrigins: readonly string[];
}

const minute = 60_000;
/** Callers whose calls are counted at the same time. */
const longestMemory = 10_000;

/** What a door to the outside has that a service behind it does not need. */
export const protect = ({
  callsPerMinute,
  corsOrigins,
}: Protection): Pick<HttpServerOptions, 'origins' | 'extend'> => ({
  origins: corsOrigins,
  extend(server) {
    if (corsOrigins.length > 0) {
      server.register(cors, {
        origin: [...corsOrigins],
        methods: ['GET', 'PUT', 'POST'],
        allowedHeaders: [
          'authorization',
          'content-type',
          'last-event-id',
          'x-correlation-id',
          'x-timeout-milliseconds',
        ],
        exposedHeaders: ['retry-after'],
        maxAge: 600,
      });
    }
    server.register(rateLimit, {
      global: false,
      max: callsPerMinute,
      timeWindow: minute,
      cache: longestMemory,
      keyGenerator: ({ principal, ip }) => (principal ? `${principal.issuer} ${principal.subject}` : ip),
    });
    let count: ReturnType<FastifyInstance['createRateLimit']>;
    server.after(() => {
      count = server.createRateLimit();
    });
    // After it is known who calls, and before the body is read.
    server.addHook('preParsing', async (request) => {
      if (request.is404) return;
      await requireCalm(await count(request));
    });
  },
});

type Count = Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>;

/** @throws {ServiceFailure} `RateLimited`, with the time until the next call */
async function requireCalm(counted: Count): Promise<void> {
  if (counted.isAllowed || !counted.isExceeded) return;
  const { max, ttl } = counted;
  throw new ServiceFailure('RateLimited', `more than ${max} calls in a minute; wait, then go on`, {
    retryAfterMilliseconds: ttl,
  });
}
