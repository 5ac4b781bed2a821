import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Logger } from '../../platform/logging.ts';
import { decodeForm } from './form.ts';
import { type PreparedCall, runOnce } from './idempotency.ts';
import { intentObject, listObject, refundObject } from './objects.ts';
import * as intents from './payment-intents.ts';
import { createRefund, createRefundSchema } from './refunds.ts';
import { type Database, findIntent, findRefund, listIntents, listRefunds, newId } from './store.ts';
import { invalidParameters, invalidRequest, missing, StripeError, serverError } from './stripe-error.ts';
import { listIntentTruths, listMovements } from './truth.ts';

const page = { limit: z.coerce.number().int().min(1).max(100).default(10), starting_after: z.string().optional() };
const retrieveIntentSchema = z.strictObject({ expand: intents.expandSchema });
const listIntentsSchema = z.strictObject(page);
const listRefundsSchema = z.strictObject({ ...page, payment_intent: z.string().optional() });

type Call = FastifyRequest<{ Params: { id: string } }>;

/** The part of Stripe's API that the payments service uses, and the truth about every movement of money. */
export function buildSimulator(database: Database, logger: Logger): FastifyInstance {
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

  const post = <Schema extends z.ZodType>(
    url: string,
    schema: Schema,
    prepare: (transaction: Database, parameters: z.output<Schema>, id: string) => Promise<PreparedCall>,
  ) =>
    server.post(url, async (request: Call, reply) => {
      const parameters = parse(schema, request.body ?? {});
      const key = request.headers['idempotency-key'];
      const answer = await runOnce(
        database,
        typeof key === 'string' ? key : undefined,
        { url: request.url, parameters },
        (transaction) => prepare(transaction, parameters, request.params.id),
      );
      // The client's own time-out ends the call.
      if (answer === 'hang') return reply.hijack();
      if (answer.replayed) reply.header('idempotent-replayed', 'true');
      if (answer.status === 429) reply.header('retry-after', '1');
      return reply.code(answer.status).send(answer.body);
    });

  post('/v1/payment_intents', intents.createIntentSchema, async (transaction, parameters) => ({
    operation: 'create',
    paymentMethod: parameters.payment_method ?? null,
    apply: () => intents.createIntent(transaction, parameters),
  }));
  post('/v1/payment_intents/:id/confirm', intents.confirmIntentSchema, async (transaction, parameters, id) => {
    const intent = await intents.lockIntent(transaction, id, 'intent');
    return {
      operation: 'confirm',
      paymentMethod: parameters.payment_method ?? intent.paymentMethod,
      apply: () => intents.confirmIntent(transaction, intent, parameters),
    };
  });
  post('/v1/payment_intents/:id/capture', intents.captureIntentSchema, async (transaction, { expand }, id) => {
    const intent = await intents.lockIntent(transaction, id, 'intent');
    return {
      operation: 'capture',
      paymentMethod: intent.paymentMethod,
      apply: () => intents.captureIntent(transaction, intent, expand),
    };
  });
  post('/v1/payment_intents/:id/cancel', intents.cancelIntentSchema, async (transaction, parameters, id) => {
    const intent = await intents.lockIntent(transaction, id, 'intent');
    return {
      operation: 'cancel',
      paymentMethod: intent.paymentMethod,
      apply: () => intents.cancelIntent(transaction, intent, parameters),
    };
  });
  post('/v1/refunds', createRefundSchema, async (transaction, parameters) => {
    const intent = await intents.lockIntent(transaction, parameters.payment_intent, 'payment_intent');
    return {
      operation: 'refund',
      paymentMethod: intent.paymentMethod,
      apply: () => createRefund(transaction, intent, parameters),
    };
  });

  server.get('/v1/payment_intents/:id', async (request: Call) => {
    const { expand } = parse(retrieveIntentSchema, request.query);
    const intent = await findIntent(database, request.params.id);
    if (!intent) throw missing('payment_intent', request.params.id, 'intent');
    return intentObject(intent, expand);
  });
  server.get('/v1/payment_intents', async (request) => {
    const { limit, starting_after } = parse(listIntentsSchema, request.query);
    const rows = await listIntents(database, limit + 1, starting_after);
    return listObject('/v1/payment_intents', rows, limit, (row) => intentObject(row));
  });
  server.get('/v1/refunds/:id', async (request: Call) => {
    const refund = await findRefund(database, request.params.id);
    if (!refund) throw missing('refund', request.params.id, 'id');
    return refundObject(refund);
  });
  server.get('/v1/refunds', async (request) => {
    const { limit, starting_after, payment_intent } = parse(listRefundsSchema, request.query);
    const rows = await listRefunds(database, limit + 1, payment_intent, starting_after);
    return listObject('/v1/refunds', rows, limit, refundObject);
  });

  server.get('/admin/movements', async () => ({ movements: await listMovements(database) }));
  server.get('/admin/payment_intents', async () => ({ paymentIntents: await listIntentTruths(database) }));
  server.get('/health', async () => {
    await sql`select 1`.execute(database);
    return { status: 'ok' };
  });

  server.setNotFoundHandler(async (request) => {
    throw invalidRequest(`Unrecognized request URL (${request.method}: ${request.url}).`, {}, 404);
  });
  server.setErrorHandler(async (error, request, reply) => {
    const answer = error instanceof StripeError ? error : serverError();
    if (answer !== error) logger.error({ err: error }, `${request.method} ${request.url} failed`);
    return reply.code(answer.status).send({ error: answer.body });
  });
  return server;
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw invalidParameters(result.error);
  return result.data;
}

/** A key of a live account must never come here. */
function checkKey(authorization: string | undefined): void {
  if (authorization?.startsWith('Bearer sk_test_')) return;
  throw invalidRequest('Invalid API Key provided: the simulator takes any key that begins with sk_test_.', {}, 401);
}
