import type { FastifyInstance } from 'fastify';
import Stripe from 'stripe';
import { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { CheckoutId, PaymentId } from '../../contracts/identifiers.ts';
import { parse } from '../../contracts/validation.ts';
import { defineHttpContract } from '../../platform/http/contract.ts';
import { buildHttpServer, type HttpServerOptions } from '../../platform/http/server.ts';
import { type Database, findPaymentOfIntent, rememberEvent } from './store.ts';

/** How old a signature may be, in seconds: somebody who has overheard a webhook cannot send it again later. */
const tolerance = 300;

/** All that is read of an event; whatever else it says is read from the provider. */
const eventSchema = z.object({
  id: z.string().min(1),
  data: z.object({
    object: z.object({
      object: z.string(),
      id: z.string().optional(),
      /** Of a charge, a refund or a review. */
      payment_intent: z.union([z.string(), z.object({ id: z.string() })]).nullish(),
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

export interface WebhookReceiverOptions extends Pick<HttpServerOptions, 'logger' | 'check'> {
  readonly database: Database;
  /** The endpoint's signing secret: `whsec_…`. */
  readonly secret: string;
  /** Tells the checkout that one of its payments has changed; throws when it could not be told now. */
  signal(checkoutId: CheckoutId, paymentId: PaymentId): Promise<void>;
}

/**
 * Receives the provider's webhooks. An event tells nothing but that something has changed: its intent is looked up here,
 * and the checkout that waits for the payment is told to read it again, once for each event. Every failure leaves
 * nothing behind, so that the event may come again.
 */
export function buildWebhookReceiver(options: WebhookReceiverOptions): FastifyInstance {
  const server = buildHttpServer(webhooksContract, {}, options);
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

async function receive(event: Event, { database, signal }: WebhookReceiverOptions): Promise<void> {
  const intentId = intentOf(event);
  if (intentId === undefined) return;
  const { checkoutId, paymentId, isAwaited } = await findPaymentOfIntent(database, intentId);
  // Whoever is in a call about the payment gets the call's own answer.
  if (!isAwaited) return;
  await database.transaction().execute(async (transaction) => {
    if (!(await rememberEvent(transaction, event.id))) return;
    try {
      await signal(checkoutId, paymentId);
    } catch (cause) {
      throw new ServiceFailure('Unavailable', 'The checkout cannot be told now; send the event again', {}, { cause });
    }
  });
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
