import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import Stripe from 'stripe';
import { buildSimulator, type SimulatorOptions } from '../../doubles/payment-simulator/server.ts';
import type { IntentTruth, Movement } from '../../doubles/payment-simulator/truth.ts';
import type { WebhookTruth } from '../../doubles/payment-simulator/webhook-store.ts';
import { migrate, openDatabase } from '../../platform/database.ts';
import { createLogger } from '../../platform/logging.ts';

export const returnUrl = 'http://127.0.0.1:9/thanks?order=7';

/** The real SDK, connected to a simulator. */
export function connectStripe(address: string, timeout = 5_000): Stripe {
  const { hostname, port } = new URL(address);
  return new Stripe('sk_test_anything', {
    host: hostname,
    port,
    protocol: 'http',
    timeout,
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

/** Calls an administrative endpoint. */
export async function administer<T = unknown>(address: string, method: string, path: string, body?: object) {
  const answer = await fetch(`${address}/admin/${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return (await answer.json()) as T;
}

/** The simulator in this process, on a schema of its own. */
export async function startSimulator(options: SimulatorOptions = {}) {
  const url = process.env['DATABASE_URL'];
  if (!url) throw new Error('DATABASE_URL is missing: these tests need a PostgreSQL');
  const schema = `payment_simulator_${randomBytes(4).toString('hex')}`;
  const database = openDatabase<unknown>({ url, schema });
  const migrations = new URL('../../doubles/payment-simulator/migrations', import.meta.url);
  await migrate(database, schema, fileURLToPath(migrations));
  const logger = createLogger('test');
  logger.level = 'silent';
  const server = buildSimulator(database, logger, options);
  const address = await server.listen({ port: 0, host: '127.0.0.1' });
  const stripe = connectStripe(address);

  return {
    address,
    database,
    stripe,
    admin: <T = unknown>(method: string, path: string, body?: object) => administer<T>(address, method, path, body),
    /** An intent of 59.98 USD that is not confirmed yet. */
    createIntent: (paymentMethod = 'pm_card_visa', paymentId = randomBytes(6).toString('hex')) =>
      stripe.paymentIntents.create({
        amount: 5998,
        currency: 'usd',
        capture_method: 'manual',
        payment_method: paymentMethod,
        metadata: { payment_id: paymentId },
      }),
    /** Every movement of money of one intent, such as `authorized 5998`. */
    async movements(intentId: string) {
      const { movements } = await administer<{ movements: Movement[] }>(address, 'GET', 'movements');
      return movements
        .filter((movement) => movement.intentId === intentId)
        .map(({ kind, amount }) => `${kind} ${amount}`);
    },
    async truth(intentId: string) {
      const { paymentIntents } = await administer<{ paymentIntents: IntentTruth[] }>(address, 'GET', 'payment_intents');
      return paymentIntents.find((intent) => intent.intentId === intentId);
    },
    /** The types of the events of one intent, the oldest first. */
    async eventTypes(intentId: string) {
      const { data } = await stripe.events.list({ limit: 100 });
      return data
        .filter(({ data: { object } }) => intentIdOf(object) === intentId)
        .map(({ type }) => type)
        .toReversed();
    },
    async webhooks() {
      return (await administer<{ webhooks: WebhookTruth[] }>(address, 'GET', 'webhooks')).webhooks;
    },
    async stop() {
      await server.close();
      await sql`drop schema ${sql.id(schema)} cascade`.execute(database);
      await database.destroy();
    },
  };
}

export type Simulator = Awaited<ReturnType<typeof startSimulator>>;

/** The intent that the object of an event belongs to. */
function intentIdOf(object: object): string {
  const { id, payment_intent: intentId } = object as { id: string; payment_intent?: string };
  return intentId ?? id;
}

export interface ReceivedWebhook {
  readonly body: string;
  readonly signature: string;
}

/** Something that takes webhooks; `answer` says with which status, 200 unless it is set. */
export async function startReceiver() {
  const received: ReceivedWebhook[] = [];
  const waiting: (() => void)[] = [];
  let answer: (webhook: ReceivedWebhook) => number | Promise<number> = () => 200;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const webhook = { body, signature: String(request.headers['stripe-signature']) };
    const status = await answer(webhook);
    received.push(webhook);
    response.writeHead(status).end();
    for (const wake of waiting.splice(0)) wake();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`,
    received,
    types: () => received.map(({ body }) => (JSON.parse(body) as Stripe.Event).type),
    answerWith(next: typeof answer) {
      answer = next;
    },
    /** Until so many have come. */
    async waitFor(count: number) {
      while (received.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
