import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { checkoutIdSchema, customerIdSchema, paymentIdSchema } from '../../contracts/identifiers.ts';
import { migrate, openDatabase } from '../../platform/database.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { createLogger } from '../../platform/logging.ts';
import { buildSimulator } from '../../services/payment-simulator/server.ts';
import type { IntentTruth, Movement } from '../../services/payment-simulator/truth.ts';
import { type PaymentsClient, paymentsContract } from '../../services/payments/contract.ts';
import { createPaymentProvider } from '../../services/payments/provider.ts';
import { paymentsHandlers } from '../../services/payments/server.ts';

type AuthorizeInput = Parameters<PaymentsClient['authorize']>[0];

const providerTimeout = 1_500;

async function openSchema(service: 'payments' | 'payment-simulator') {
  const url = process.env['DATABASE_URL'];
  if (!url) throw new Error('DATABASE_URL is missing: these tests need a PostgreSQL');
  const schema = `${service.replace('-', '_')}_${randomBytes(4).toString('hex')}`;
  const database = openDatabase<unknown>({ url, schema });
  await migrate(database, schema, fileURLToPath(new URL(`../../services/${service}/migrations`, import.meta.url)));
  return {
    database,
    async drop() {
      await sql`drop schema ${sql.id(schema)} cascade`.execute(database);
      await database.destroy();
    },
  };
}

/** The payments service and its provider in this process, each with a schema of its own. */
export async function startPayments() {
  const logger = createLogger('test');
  logger.level = 'silent';
  const service = await openSchema('payments');
  const provider = await openSchema('payment-simulator');

  let simulator: FastifyInstance = buildSimulator(provider.database, logger);
  const simulatorUrl = await simulator.listen({ port: 0, host: '127.0.0.1' });
  const server = await serveHttp(
    paymentsContract,
    paymentsHandlers(
      service.database,
      createPaymentProvider({
        PAYMENT_PROVIDER_URL: simulatorUrl,
        PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS: providerTimeout,
      }),
    ),
    { port: 0, logger },
  );
  const client = createHttpClient(paymentsContract, {
    url: server.address,
    timeoutMilliseconds: 20_000,
    failuresToOpen: 1_000,
  });
  const admin = async <T>(path: string) => (await (await fetch(`${simulatorUrl}/admin/${path}`)).json()) as T;

  return {
    client,
    simulatorUrl,
    database: service.database,
    simulatorDatabase: provider.database,
    stopSimulator: () => simulator.close(),
    async startSimulator() {
      simulator = buildSimulator(provider.database, logger);
      await simulator.listen({ port: Number(new URL(simulatorUrl).port), host: '127.0.0.1' });
    },
    /** Every movement of money of one payment, such as `authorized 5998`. */
    async movements(paymentId: string) {
      const { movements } = await admin<{ movements: Movement[] }>('movements');
      return movements
        .filter((movement) => movement.paymentId === paymentId)
        .map(({ kind, amount }) => `${kind} ${amount}`);
    },
    async intents(paymentId: string) {
      const { paymentIntents } = await admin<{ paymentIntents: IntentTruth[] }>('payment_intents');
      return paymentIntents.filter((intent) => intent.paymentId === paymentId);
    },
    async stop() {
      await server.stop();
      await simulator.close();
      await service.drop();
      await provider.drop();
    },
  };
}

export type Payments = Awaited<ReturnType<typeof startPayments>>;

/** A payment of 59.98 USD that nobody has seen before. */
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
