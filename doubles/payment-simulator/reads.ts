import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { RunChange } from './change.ts';
import { findDispute, listDisputes } from './disputes.ts';
import { disputeObject, intentObject, listObject, refundObject, reviewObject } from './objects.ts';
import { awaitSettlement, expandSchema, viewIntent } from './payment-intents.ts';
import { findReview, listOpenReviews } from './reviews.ts';
import { type Database, findIntent, findRefund, listIntents, listRefunds } from './store.ts';
import { missing, parse } from './stripe-error.ts';
import { eventObject, findEvent, listEvents } from './webhook-events.ts';

const page = { limit: z.coerce.number().int().min(1).max(100).default(10), starting_after: z.string().optional() };
/** Seconds since 1970. */
const created = z.strictObject({ gte: z.coerce.number().int().min(0).optional() }).default({});
const retrieveIntentSchema = z.strictObject({ expand: expandSchema });
const listSchema = z.strictObject(page);
const listIntentsSchema = z.strictObject({ ...page, created });
const listOfIntentSchema = z.strictObject({ ...page, created, payment_intent: z.string().optional() });
const listEventsSchema = z.strictObject({ ...page, type: z.string().optional() });

type Call = FastifyRequest<{ Params: { id: string } }>;

/** The calls of Stripe's API that read. */
export function serveReads(
  server: FastifyInstance,
  database: Database,
  runChange: RunChange,
  publicUrl: () => string,
): void {
  server.get('/v1/payment_intents/:id', async (request: Call) => {
    const { expand } = parse(retrieveIntentSchema, request.query);
    const found = await findIntent(database, request.params.id);
    if (!found) throw missing('payment_intent', request.params.id, 'intent');
    const intent =
      found.status === 'processing' ? await runChange(null, (change) => awaitSettlement(change, found.id)) : found;
    return viewIntent(database, publicUrl(), intent, expand);
  });
  server.get('/v1/payment_intents', async (request) => {
    const { limit, starting_after, created } = parse(listIntentsSchema, request.query);
    const rows = await listIntents(database, limit + 1, starting_after, created.gte);
    return listObject('/v1/payment_intents', rows, limit, (row) => intentObject(row, { publicUrl: publicUrl() }));
  });

  server.get('/v1/refunds/:id', async (request: Call) => {
    const refund = await findRefund(database, request.params.id);
    if (!refund) throw missing('refund', request.params.id, 'id');
    return refundObject(refund);
  });
  server.get('/v1/refunds', async (request) => {
    const { limit, ...filter } = parse(listOfIntentSchema, request.query);
    return listObject('/v1/refunds', await listRefunds(database, limit + 1, filterOf(filter)), limit, refundObject);
  });

  server.get('/v1/disputes/:id', async (request: Call) => {
    const dispute = await findDispute(database, request.params.id);
    if (!dispute) throw missing('dispute', request.params.id, 'id');
    return disputeObject(dispute);
  });
  server.get('/v1/disputes', async (request) => {
    const { limit, ...filter } = parse(listOfIntentSchema, request.query);
    return listObject('/v1/disputes', await listDisputes(database, limit + 1, filterOf(filter)), limit, disputeObject);
  });

  server.get('/v1/reviews/:id', async (request: Call) => {
    const review = await findReview(database, request.params.id);
    if (!review) throw missing('review', request.params.id, 'review');
    return reviewObject(review);
  });
  server.get('/v1/reviews', async (request) => {
    const { limit, starting_after } = parse(listSchema, request.query);
    const rows = await listOpenReviews(database, limit + 1, starting_after);
    return listObject('/v1/reviews', rows, limit, reviewObject);
  });

  server.get('/v1/events/:id', async (request: Call) => {
    const event = await findEvent(database, request.params.id);
    if (!event) throw missing('event', request.params.id, 'id');
    return eventObject(event);
  });
  server.get('/v1/events', async (request) => {
    const { limit, starting_after, type } = parse(listEventsSchema, request.query);
    const rows = await listEvents(database, limit + 1, type, starting_after);
    return listObject('/v1/events', rows, limit, eventObject);
  });
}

/** A filter of a list in the words of the tables. */
function filterOf({
  payment_intent: intentId,
  starting_after: startingAfter,
  created: { gte: since },
}: Omit<z.output<typeof listOfIntentSchema>, 'limit'>) {
  return {
    ...(intentId !== undefined && { intentId }),
    ...(startingAfter !== undefined && { startingAfter }),
    ...(since !== undefined && { since }),
  };
}
