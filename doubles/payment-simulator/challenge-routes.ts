import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { answerChallenge, refuseUnlessChallenged } from './challenge.ts';
import { challengePage, refusalPage } from './challenge-page.ts';
import type { RunChange } from './change.ts';
import { html } from './page.ts';
import { type Database, findIntent, type IntentRow } from './store.ts';
import { missing, parse, StripeError } from './stripe-error.ts';

const answerSchema = z.strictObject({ outcome: z.enum(['complete', 'fail']) });

type ChallengeCall = FastifyRequest<{ Params: { id: string } }>;

/** The page of a 3-D Secure challenge, and what its buttons do; a JSON body gets a JSON answer. */
export function serveChallenges(server: FastifyInstance, database: Database, runChange: RunChange): void {
  server.get('/challenge/:id', async (request: ChallengeCall, reply) => {
    try {
      const intent = await findIntent(database, request.params.id);
      if (!intent) throw missing('payment_intent', request.params.id, 'intent');
      refuseUnlessChallenged(intent);
      return html(reply, 200, challengePage(intent));
    } catch (error) {
      if (error instanceof StripeError) return html(reply, error.status, refusalPage(error.status));
      throw error;
    }
  });

  server.post('/challenge/:id', async (request: ChallengeCall, reply) => {
    const isForm = !request.headers['content-type']?.startsWith('application/json');
    try {
      const { outcome } = parse(answerSchema, request.body ?? {});
      const intent = await runChange(null, (change) => answerChallenge(change, request.params.id, outcome));
      return isForm
        ? reply.redirect(addressAfter(intent), 303)
        : { payment_intent: intent.id, status: intent.status, last_payment_error: intent.lastPaymentError };
    } catch (error) {
      if (isForm && error instanceof StripeError) return html(reply, error.status, refusalPage(error.status));
      throw error;
    }
  });
}

/** Where the customer goes next, told as Stripe does whether the payment has succeeded so far. */
function addressAfter({ id, returnUrl, lastPaymentError }: IntentRow): string {
  if (returnUrl === null) throw new Error(`the intent ${id} was challenged without a return_url`);
  const url = new URL(returnUrl);
  url.searchParams.set('payment_intent', id);
  url.searchParams.set('redirect_status', lastPaymentError ? 'failed' : 'succeeded');
  return url.href;
}
