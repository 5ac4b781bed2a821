import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ServiceFailure } from '../../contracts/failures.ts';

/** Requests that a server answers at the same time; the next one is told to come again. */
const mostAtOnce = 1_000;

const overloaded = () =>
  new ServiceFailure('Unavailable', 'the service has too much to do; come again', { retryAfterMilliseconds: 1_000 });

/** Whether a call only reads. */
const reads = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

/**
 * Whether a page of another site makes the call, by what browsers say of themselves: a form of it needs no permission to be sent.
 *
 * @param origins other sites whose pages may: `https://shop.example`
 */
export function isOfForeignPage(request: FastifyRequest, origins: readonly string[] = []): boolean {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined && origins.includes(origin)) return false;
  if (origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host)) return true;
  return site === 'cross-site' || site === 'same-site';
}

/**
 * Protects a server from pages of other sites, and from more requests than it can hold: headers that keep browsers from running
 * or framing what it answers, no change by a page of another site, no change without the content type of the contract, and 503
 * above a number of requests at the same time.
 */
export function protect(server: FastifyInstance, origins: readonly string[] = []): void {
  server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], styleSrc: ["'unsafe-inline'"], frameAncestors: ["'none'"] },
    },
    frameguard: { action: 'deny' },
  });
  let atOnce = 0;
  server.server.on('request', (_, response) => {
    atOnce++;
    response.once('close', () => {
      atOnce--;
    });
  });
  server.addHook('onRequest', async (request) => {
    if (atOnce > mostAtOnce) throw overloaded();
    if (reads(request) || !isOfForeignPage(request, origins)) return;
    throw new ServiceFailure('Forbidden', 'a page of another site may not change anything here', { field: 'origin' });
  });
}

/**
 * Refuses a call that changes something without saying that it sends JSON: what a form or a script of another site can send
 * without asking first never says so.
 *
 * @throws {ServiceFailure} `UnsupportedMediaType`
 */
export function requireJson(request: FastifyRequest): void {
  if (reads(request) || /^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) return;
  throw new ServiceFailure('UnsupportedMediaType', 'body: send JSON, with the content type application/json', {
    field: 'body',
  });
}
