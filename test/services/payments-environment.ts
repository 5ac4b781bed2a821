import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { pino } from 'pino';
import { checkoutIdSchema, customerIdSchema, paymentIdSchema } from '../../contracts/identifiers.ts';
import { buildSimulator } from '../../doubles/payment-simulator/server.ts';
import type { IntentTruth, Movement } from '../../doubles/payment-simulator/truth.ts';
import { migrate, openDatabase } from '../../platform/database.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { type PaymentsClient, paymentsContract } from '../../services/payments/contract.ts';
import { createPaymentProvider, providerEnvironment } from '../../services/payments/provider.ts';
import { paymentsHandlers } from '../../services/payments/server.ts';
import { buildWebhookReceiver, type ProviderFact } from '../../services/payments/webhooks.ts';
import { migrationsOf } from '../migrations.ts';
import { administer } from './payments-simulator-environment.ts';

type AuthorizeInput = Parameters<PaymentsClient['authorize']>[0];

/** Milliseconds that the tests wait where the provider hangs; on a busy machine an answer takes half of it. */
const providerTimeout = 3_000;

/** The signing secret of the webhooks in these tests. */
export const webhookSecret = 'whsec_of_these_tests';

async function openSchema(service: 'payments' | 'payment-simulator') {
  const url = process.env['DATABASE_URL'];
  if (!url) throw new Error('DATABASE_URL is missing: these tests need a PostgreSQL');
  const schema = `${service.replace('-', '_')}_${randomBytes(4).toString('hex')}`;
  const database = openDatabase<unknown>({ url, schema });
  await migrate(database, schema, migrationsOf(service));
  return {
    database,
    async drop() {
      await sql`drop schema ${sql.id(schema)} cascade`.execute(database);
      await database.destroy();
    },
  };
}

/** The workflow of a payment. */
const workflowOf = ({ checkoutId, workflowId = `checkout/${checkoutId}` }: AuthorizeInput) => workflowId;

/** What workflows were told, and whether they can be told. */
function recordSignals() {
  const told: string[] = [];
  const facts: ProviderFact[] = [];
  const waiting: (() => void)[] = [];
  let isDown = false;
  return {
    async signal(workflowId: string, paymentId: string) {
      if (isDown) throw new Error('no connection');
      told.push(`${workflowId} ${paymentId}`);
      for (const wake of waiting.splice(0)) wake();
    },
    async takeUp(fact: ProviderFact) {
      if (isDown) throw new Error('no connection');
      facts.push(fact);
      for (const wake of waiting.splice(0)) wake();
    },
    /** What was taken up of the checkout of a payment, such as `refund re_1`. */
    takenUp: ({ checkoutId }: AuthorizeInput) =>
      facts.filter((fact) => fact.checkoutId === checkoutId).map(({ kind, id }) => `${kind} ${id}`),
    /** As what something was taken up that is of no checkout: `refund`. */
    takenUpOfNoCheckout: (id: string) =>
      facts.filter((fact) => fact.checkoutId === undefined && fact.id === id).map(({ kind }) => kind),
    countOfNoCheckout: () => facts.filter((fact) => fact.checkoutId === undefined).length,
    setDown(down: boolean) {
      isDown = down;
    },
    /** How often the workflow of a payment was told. */
    count: (payment: AuthorizeInput) =>
      told.filter((line) => line === `${workflowOf(payment)} ${payment.paymentId}`).length,
    /** Until anything was told. */
    next: () => new Promise<void>((resolve) => waiting.push(resolve)),
  };
}

/** The payments service, its provider and its receiver of webhooks in this process, on schemas of their own. */
export async function startPayments() {
  const warnings: Record<string, unknown>[] = [];
  const logger = pino({ level: 'warn' }, { write: (line) => warnings.push(JSON.parse(line)) });
  const service = await openSchema('payments');
  const provider = await openSchema('payment-simulator');
  const signals = recordSignals();
  const receiver = buildWebhookReceiver({
    database: service.database,
    logger,
    secret: webhookSecret,
    signal: signals.signal,
    takeUp: signals.takeUp,
  });
  const webhookUrl = `${await receiver.listen({ port: 0, host: '127.0.0.1' })}/webhooks/stripe`;

  const webhook = { url: webhookUrl, secret: webhookSecret, firstPauseMilliseconds: 20 };
  let simulator: FastifyInstance = buildSimulator(provider.database, logger, { webhook });
  const simulatorUrl = await simulator.listen({ port: 0, host: '127.0.0.1' });

  const servers: { stop(): Promise<void> }[] = [];
  /** One more process of the service, on the same database. */
  const startService = async (settings: Record<string, string> = {}) => {
    const environment = providerEnvironment.parse({
      PAYMENT_PROVIDER_URL: simulatorUrl,
      PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS: String(providerTimeout),
      ...settings,
    });
    const handlers = paymentsHandlers(service.database, createPaymentProvider(environment));
    const server = await serveHttp(paymentsContract, handlers, { port: 0, access: 'everyone', logger });
    servers.push(server);
    return createHttpClient(paymentsContract, {
      url: server.address,
      timeoutMilliseconds: 20_000,
      failuresToOpen: 1_000,
    });
  };

  return {
    client: await startService(),
    startService,
    simulatorUrl,
    webhookUrl,
    signals,
    /** What was logged. */
    warnings,
    database: service.database,
    simulatorDatabase: provider.database,
    stopSimulator: () => simulator.close(),
    async startSimulator() {
      simulator = buildSimulator(provider.database, logger, { webhook });
      await simulator.listen({ port: Number(new URL(simulatorUrl).port), host: '127.0.0.1' });
    },
    /** Calls an administrative endpoint of the simulator. */
    admin: (method: string, path: string, body?: object) => administer(simulatorUrl, method, path, body),
    /** The provider forgets every idempotency key. */
    forgetKeys: () => administer(simulatorUrl, 'POST', 'prune_idempotency_keys'),
    /** Does something at the provider's dashboard; `what` is `payments/<id>/refund` and so on. */
    async dashboard<Answer = { id: string }>(what: string, body: object = {}): Promise<Answer> {
      const answer = await fetch(`${simulatorUrl}/dashboard/${what}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as Answer;
    },
    /** The customer passes the challenge, or fails it. */
    async answerChallenge(url: string | undefined, outcome: 'complete' | 'fail') {
      const body = JSON.stringify({ outcome });
      const answer = await fetch(String(url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    /** Every movement of money of one payment, such as `authorized 5998`. */
    async movements(paymentId: string) {
      const { movements } = await administer<{ movements: Movement[] }>(simulatorUrl, 'GET', 'movements');
      return movements
        .filter((movement) => movement.paymentId === paymentId)
        .map(({ kind, amount }) => `${kind} ${amount}`);
    },
    async intents(paymentId: string) {
      const { paymentIntents } = await administer<{ paymentIntents: IntentTruth[] }>(
        simulatorUrl,
        'GET',
        'payment_intents',
      );
      return paymentIntents.filter((intent) => intent.paymentId === paymentId);
    },
    async stop() {
      for (const server of servers) await server.stop();
      await simulator.close();
      await receiver.close();
      await service.drop();
      await provider.drop();
    },
  };
}

export type Payments = Awaited<ReturnType<typeof startPayments>>;

/** A payment of 59.98 USD that is new to the service. */
export function newPayment(paymentMethod = 'pm_card_visa', more: Partial<AuthorizeInput> = {}): AuthorizeInput {
  const id = randomBytes(6).toString('hex');
  return {
    paymentId: paymentIdSchema.parse(`checkout-${id}-1`),
    checkoutId: checkoutIdSchema.parse(`checkout-${id}`),
    customerId: customerIdSchema.parse('c-42'),
    amount: { amount: 5998, currency: 'USD' },
    paymentMethod,
    ...more,
  };
}

/** Voids twice: the second answer is the first. */
export async function voidTwice(payments: Payments, paymentId: AuthorizeInput['paymentId']) {
  const first = await payments.client.void({ paymentId });
  expect(await payments.client.void({ paymentId })).toEqual(first);
  return first;
}
