import type { FastifyInstance } from 'fastify';
import Stripe from 'stripe';
import { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import {
  type CheckoutId,
  disputeIdSchema,
  type PaymentId,
  providerRefundIdSchema,
} from '../../contracts/identifiers.ts';
import { parse } from '../../contracts/validation.ts';
import { defineHttpContract } from '../../platform/http/contract.ts';
import { buildHttpServer, type HttpServerOptions } from '../../platform/http/server.ts';
import { isMadeByShop } from './provider-facts.ts';
import { type Database, findPaymentOfIntent, type PaymentRow, rememberEvent } from './store.ts';

/** How old a signature may be, in seconds: a webhook that was intercepted cannot be replayed later. */
const tolerance = 300;

/** All that is read of an event; whatever else it says is read from the provider. */
const eventSchema = z.object({
  id: z.string().min(1).max(255),
  data: z.object({
    object: z.object({
      object: z.string(),
      id: z.string().optional(),
      /** Of a charge, a dispute, a refund or a review. */
      payment_intent: z.union([z.string(), z.object({ id: z.string() })]).nullish(),
      /** Tells our own refunds apart, which are known here besides. */
      metadata: z.record(z.string(), z.string()).nullish(),
    }),
  }),
});

type Event = z.infer<typeof eventSchema>;

const webhooksContract = defineHttpContract({
  name: 'payment-webhooks',
  version: '1.0.0',
  summary:
    'Receives what the payment provider reports: POST /webhooks/stripe, in the form and with the signature of Stripe',
  operations: {},
});

export interface WebhookReceiverOptions extends Pick<HttpServerOptions, 'logger' | 'check' | 'certificate'> {
  readonly database: Database;
  /** The endpoint's signing secret: `whsec_…`. */
  readonly secret: string;
  /** Tells a workflow that one of its payments has changed; throws when it could not be told now. */
  signal(workflowId: string, paymentId: PaymentId): Promise<void>;
  /** Takes up what was done at the provider without us; throws when that is not possible now. Again changes nothing. */
  takeUp(fact: ProviderFact): Promise<void>;
}

/** What was done at the provider without us. */
export interface ProviderFact {
  readonly kind: 'refund' | 'dispute';
  /** The provider's id of it. */
  readonly id: string;
  /** The checkout whose payment it is of. Absent: it is of the payment of an invoice. */
  readonly checkoutId?: CheckoutId;
}

/**
 * Receives the provider's webhooks. An event tells nothing but that something has changed: its intent is looked up here,
 * and the workflow that waits for the payment is told to read it again, once for each event. A refund that was not made
 * here and a dispute are taken up by processes of their own, which read them from the provider, where the payment is
 * of a checkout. Every failure leaves nothing behind, so that the event may come again.
 */
export function buildWebhookReceiver(options: WebhookReceiverOptions): FastifyInstance {
  const server = buildHttpServer(webhooksContract, {}, { ...options, access: 'everyone' });
  server.register(async (scope) => {
    // The signature is one of the bytes that were sent.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_: unknown, body: unknown) => body);
    scope.post('/webhooks/stripe', async ({ body, headers }) => {
      await receive(readEvent(body, headers['stripe-signature'], options.secret), options);
      return { received: true };
    });
  });
  return server;
}

async function receive(event: Event, { database, logger, signal, takeUp }: WebhookReceiverOptions): Promise<void> {
  const { object } = event.data;
  const intentId = intentOf(event);
  if (intentId === undefined) {
    if (object.object !== 'refund' && object.object !== 'dispute') return;
    logger.warn({ eventId: event.id, object: object.id }, 'a webhook is about no payment that was made here');
    throw new ServiceFailure('NotFound', `the ${object.object} ${object.id} is of no payment that was made here`);
  }
  const payment = await findPaymentOfIntent(database, intentId).catch((error: unknown) => {
    logger.warn({ eventId: event.id, intentId, object: object.object }, 'a webhook is about an unknown payment');
    throw error;
  });
  const { checkoutId, workflowId, paymentId, isAwaited } = payment;
  const fact = await factOf(database, payment, object);
  // A workflow with a call about the payment in flight gets the call's own answer.
  if (!isAwaited && !fact) return;
  await database.transaction().execute(async (transaction) => {
    if (!(await rememberEvent(transaction, event.id))) return;
    try {
      if (isAwaited) await signal(workflowId, paymentId);
      if (fact) await takeUp({ ...fact, ...(checkoutId !== null && { checkoutId }) });
    } catch (cause) {
      throw new ServiceFailure('Unavailable', 'The process cannot be told now; send the event again', {}, { cause });
    }
  });
}

/** What an event tells of the provider's own doings; nothing where the refund is one of ours. */
async function factOf(
  database: Database,
  payment: PaymentRow,
  { object, id, metadata = null }: Event['data']['object'],
): Promise<Omit<ProviderFact, 'checkoutId'> | undefined> {
  if (object === 'refund' && providerRefundIdSchema.safeParse(id).success) {
    if (await isMadeByShop(database, payment, { metadata })) return undefined;
    return { kind: 'refund', id: String(id) };
  }
  if (object === 'dispute' && disputeIdSchema.safeParse(id).success) {
    return { kind: 'dispute', id: String(id) };
  }
  return undefined;
}

/** @throws {ServiceFailure} `InvalidSignature`, or `InvalidRequest` when what was signed is no event */
function readEvent(body: unknown, signature: string | string[] | undefined, secret: string): Event {
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : '';
  let event: unknown;
  try {
    event = Stripe.webhooks.constructEvent(text, signature ?? '', secret, tolerance);
  } catch (error) {
    // It is read after it was verified.
    if (error instanceof SyntaxError) throw new ServiceFailure('InvalidRequest', 'the body is no JSON');
    // A header that is no signature at all breaks the library in ways of its own.
    throw new ServiceFailure(
      'InvalidSignature',
      'The signature is not one of this endpoint, or is too old; nothing was done. ' +
        'Check that PAYMENT_WEBHOOK_SECRET is the signing secret of the endpoint, and the clocks',
      {},
      { cause: error },
    );
  }
  return parse(eventSchema, event);
}

/** The intent that the event is about, if it is about one. */
function intentOf({ data: { object } }: Event): string | undefined {
  if (object.object === 'payment_intent') return object.id;
  const intent = object.payment_intent;
  return typeof intent === 'object' ? intent?.id : intent;
}
