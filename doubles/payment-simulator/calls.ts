import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Change, RunChange } from './change.ts';
import { type PreparedCall, runOnce } from './idempotency.ts';
import { type Expansion, refundObject } from './objects.ts';
import * as intents from './payment-intents.ts';
import { createRefund, createRefundSchema } from './refunds.ts';
import { approveReview, approveReviewSchema, lockReviewedIntent } from './reviews.ts';
import type { IntentRow } from './store.ts';
import { parse } from './stripe-error.ts';

/** The calls of Stripe's API that change something. */
export function serveCalls(server: FastifyInstance, runChange: RunChange): void {
  const post = <Schema extends z.ZodType>(
    url: string,
    schema: Schema,
    prepare: (change: Change, parameters: z.output<Schema>, id: string) => Promise<PreparedCall>,
  ) =>
    server.post(url, async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
      const parameters = parse(schema, request.body ?? {});
      const key = request.headers['idempotency-key'];
      const answer = await runOnce(
        runChange,
        {
          requestId: String(reply.getHeader('request-id')),
          idempotencyKey: typeof key === 'string' ? key : null,
          parameters: { url: request.url, parameters },
        },
        (change) => prepare(change, parameters, request.params.id),
      );
      // The client's own timeout ends the call.
      if (answer === 'hang') return reply.hijack();
      if (answer === 'reset') {
        reply.hijack();
        request.raw.socket.resetAndDestroy();
        return reply;
      }
      if (answer.replayed) reply.header('idempotent-replayed', 'true');
      if (answer.status === 429) reply.header('retry-after', '1');
      return reply.code(answer.status).send(answer.body);
    });

  /** One step of an intent; the fault that it meets is its payment method's. */
  const postToIntent = <Schema extends z.ZodType<{ expand: Expansion[]; payment_method?: string | undefined }>>(
    operation: 'confirm' | 'capture' | 'cancel',
    schema: Schema,
    apply: (change: Change, intent: IntentRow, parameters: z.output<Schema>) => Promise<IntentRow>,
  ) =>
    post(`/v1/payment_intents/:id/${operation}`, schema, async (change, parameters, id) => {
      const intent = await intents.lockIntent(change.transaction, id, 'intent');
      return {
        operation,
        paymentMethod: parameters.payment_method ?? intent.paymentMethod,
        apply: async () =>
          intents.viewIntent(
            change.transaction,
            change.publicUrl,
            await apply(change, intent, parameters),
            parameters.expand,
          ),
      };
    });

  post('/v1/payment_intents', intents.createIntentSchema, async (change, parameters) => ({
    operation: 'create',
    paymentMethod: parameters.payment_method ?? null,
    apply: async () =>
      intents.viewIntent(
        change.transaction,
        change.publicUrl,
        await intents.createIntent(change, parameters),
        parameters.expand,
      ),
  }));
  postToIntent('confirm', intents.confirmIntentSchema, intents.confirmIntent);
  postToIntent('capture', intents.captureIntentSchema, intents.captureIntent);
  postToIntent('cancel', intents.cancelIntentSchema, intents.cancelIntent);
  post('/v1/refunds', createRefundSchema, async (change, parameters) => {
    const intent = await intents.lockIntent(change.transaction, parameters.payment_intent, 'payment_intent');
    return {
      operation: 'refund',
      paymentMethod: intent.paymentMethod,
      apply: async () => refundObject(await createRefund(change, intent, parameters)),
    };
  });
  post('/v1/reviews/:id/approve', approveReviewSchema, async (change, _, id) => {
    const intent = await lockReviewedIntent(change.transaction, id);
    return {
      operation: 'approve',
      paymentMethod: intent.paymentMethod,
      apply: () => approveReview(change, intent, id),
    };
  });
}
