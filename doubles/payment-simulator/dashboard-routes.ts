import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Change, RunChange } from './change.ts';
import { actOnPayment, decideDispute, type PaymentAction, paymentActions } from './dashboard.ts';
import { dashboardPage, dashboardRefusal } from './dashboard-page.ts';
import { findDisputeOf } from './disputes.ts';
import { html } from './page.ts';
import { findReview } from './reviews.ts';
import { type Database, listIntents } from './store.ts';
import { parse, StripeError } from './stripe-error.ts';

const pageSchema = z.strictObject({ starting_after: z.string().optional() });
const rowsOfPage = 50;

type DashboardCall = FastifyRequest<{ Params: { id: string } }>;

/**
 * The provider's dashboard, where people change payments without asking the shop: a page with buttons, and the same calls
 * for programs. A JSON body gets a JSON answer.
 */
export function serveDashboard(server: FastifyInstance, database: Database, runChange: RunChange): void {
  server.get('/', async (_, reply) => reply.redirect('/dashboard', 302));
  server.get('/dashboard', async (request, reply) => {
    const { starting_after } = parse(pageSchema, request.query);
    const found = await listIntents(database, rowsOfPage + 1, starting_after);
    const intents = found.slice(0, rowsOfPage);
    const rows = await Promise.all(
      intents.map(async (intent) => ({
        intent,
        dispute: await findDisputeOf(database, intent.id),
        hasOpenReview: intent.reviewId !== null && (await findReview(database, intent.reviewId))?.closedReason === null,
      })),
    );
    return html(reply, 200, dashboardPage(rows, found.length > rowsOfPage ? intents.at(-1)?.id : undefined));
  });

  const post = (url: string, act: (change: Change, id: string, parameters: unknown) => Promise<object>) =>
    server.post(url, async (request: DashboardCall, reply) => {
      const isForm = !request.headers['content-type']?.startsWith('application/json');
      try {
        const answer = await runChange(null, (change) => act(change, request.params.id, request.body ?? {}));
        return isForm ? reply.redirect('/dashboard', 303) : answer;
      } catch (error) {
        if (isForm && error instanceof StripeError) return refuse(reply, error);
        throw error;
      }
    });
  for (const name of Object.keys(paymentActions) as PaymentAction[]) {
    post(`/dashboard/payments/:id/${name}`, (change, id, parameters) => actOnPayment(change, name, id, parameters));
  }
  for (const outcome of ['win', 'lose'] as const) {
    post(`/dashboard/disputes/:id/${outcome}`, (change, id, parameters) =>
      decideDispute(change, outcome, id, parameters),
    );
  }
}

const refuse = (reply: FastifyReply, { status, message }: StripeError) =>
  html(reply, status, dashboardRefusal(message));
