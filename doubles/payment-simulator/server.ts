import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { findUnstorable, shorten } from '../../contracts/foreign-text.ts';
import { largestHead, standardLimits } from '../../platform/http/limits.ts';
import { nodeServer } from '../../platform/http/server.ts';
import { shownUrl } from '../../platform/http/unreadable.ts';
import type { Logger } from '../../platform/logging.ts';
import { renderMetrics } from '../../platform/metrics.ts';
import type { SecureServer, ServerCertificate } from '../../platform/transport/server-certificate.ts';
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
  /** Where customers reach the simulator; by default the address that it listens on. */
  readonly publicUrl?: string | undefined;
  /** Receives events; by default they are sent to no receiver. */
  readonly webhook?: WebhookEndpoint | undefined;
  /** What it shows to its callers. @default none: it speaks clear text */
  readonly certificate?: ServerCertificate | undefined;
}

/** The part of Stripe's API that the payments service uses, its webhooks, and the truth about every movement of money. */
export function buildSimulator(database: Database, logger: Logger, options: SimulatorOptions = {}): FastifyInstance {
  const answerError = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const answer = toStripeError(error);
    if (answer.status === 500) logger.error({ err: error }, `${request.method} ${shownUrl(request.url)} failed`);
    return reply.code(answer.status).send({ error: answer.body });
  };
  const server = Fastify({
    forceCloseConnections: true,
    requestTimeout: standardLimits.requestTimeoutMs,
    ...nodeServer({ headersTimeout: standardLimits.headersTimeoutMs }, options.certificate),
    routerOptions: { querystringParser: decodeForm, maxParamLength: largestHead },
    frameworkErrors: answerError,
  });
  options.certificate?.follow(server.server as unknown as SecureServer, logger);
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_: unknown, text: unknown) => decodeForm(String(text)),
  );
  server.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', newId('req'));
    if (request.url.startsWith('/v1/')) checkKey(request.headers.authorization);
  });
  server.addHook('preValidation', async ({ body, query, params, headers }) => {
    refuseUnstorable({ body, query, params });
    if (String(headers['idempotency-key'] ?? '').length > longestKey) {
      throw invalidRequest(`Idempotency-Key is longer than ${longestKey} characters.`, { param: 'Idempotency-Key' });
    }
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
    throw invalidRequest(`Unrecognized request URL (${request.method}: ${shownUrl(request.url)}).`, {}, 404);
  });
  server.setErrorHandler(answerError);
  return server;
}

const longestKey = 255;

/** @throws {StripeError} 400 for what the store has no place for, wherever a call has it */
function refuseUnstorable(parts: Readonly<Record<string, unknown>>): void {
  for (const part of Object.values(parts)) {
    const found = findUnstorable(part);
    if (found) throw invalidRequest(`Invalid ${found.field}: ${found.fault}`, { param: shorten(found.field, 200) });
  }
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
