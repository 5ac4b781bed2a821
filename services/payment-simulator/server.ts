import Fastify, { type FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Logger } from '../../platform/logging.ts';
import { renderMetrics } from '../../platform/metrics.ts';
import { serveAdministration } from './administration.ts';
import { serveCalls } from './calls.ts';
import { serveChallenges } from './challenge-routes.ts';
import { createRunChange } from './change.ts';
import { serveDashboard } from './dashboard-routes.ts';
import { decodeForm } from './form.ts';
import { serveReads } from './reads.ts';
import { type Database, newId } from './store.ts';
import { invalidRequest, StripeError, serverError } from './stripe-error.ts';
import { type WebhookEndpoint, WebhookSender } from './webhook-sender.ts';

export interface SimulatorOptions {
  /** Where customers reach the simulator; the address that it listens on unless said otherwise. */
  readonly publicUrl?: string | undefined;
  /** Who hears of events; nobody unless given. */
  readonly webhook?: WebhookEndpoint | undefined;
}

/** The part of Stripe's API that the payments service uses, its webhooks, and the truth about every movement of money. */
export function buildSimulator(database: Database, logger: Logger, options: SimulatorOptions = {}): FastifyInstance {
  const server = Fastify({ forceCloseConnections: true, routerOptions: { querystringParser: decodeForm } });
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_: unknown, text: unknown) => decodeForm(String(text)),
  );
  server.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', newId('req'));
    if (request.url.startsWith('/v1/')) checkKey(request.headers.authorization);
  });

  const sender = options.webhook && new WebhookSender(database, options.webhook, logger);
  server.addHook('onListen', async () => sender?.schedule(0));
  server.addHook('onClose', async () => sender?.stop());

  const publicUrl = () => (options.publicUrl ?? server.listeningOrigin).replace(/\/$/, '');
  const runChange = createRunChange(database, publicUrl, sender);
  serveCalls(server, runChange);
  serveReads(server, database, runChange, publicUrl);
  serveChallenges(server, database, runChange);
  serveDashboard(server, database, runChange);
  serveAdministration(server, database, publicUrl);
  server.get('/health', async () => {
    await sql`select 1`.execute(database);
    return { status: 'ok' };
  });
  server.get('/metrics', async (_, reply) => {
    const { contentType, text } = await renderMetrics();
    return reply.type(contentType).send(text);
  });

  server.setNotFoundHandler(async (request) => {
    throw invalidRequest(`Unrecognized request URL (${request.method}: ${request.url}).`, {}, 404);
  });
  server.setErrorHandler(async (error, request, reply) => {
    const answer = toStripeError(error);
    if (answer.status === 500) logger.error({ err: error }, `${request.method} ${request.url} failed`);
    return reply.code(answer.status).send({ error: answer.body });
  });
  return server;
}

function toStripeError(error: unknown): StripeError {
  if (error instanceof StripeError) return error;
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  return statusCode !== undefined && statusCode < 500 ? invalidRequest(String(message), {}, statusCode) : serverError();
}

/** A key of a live account must never come here. */
function checkKey(authorization: string | undefined): void {
  if (authorization?.startsWith('Bearer sk_test_')) return;
  throw invalidRequest('Invalid API Key provided: the simulator takes any key that begins with sk_test_.', {}, 401);
}
