import type { Kysely } from 'kysely';
import { skuSchema } from '../../../contracts/identifiers.ts';
import { mailSinkContract } from '../../../doubles/mail-sink/contract.ts';
import { buildMailSinkServer } from '../../../doubles/mail-sink/server.ts';
import type { GrpcContract } from '../../../platform/grpc/contract.ts';
import { serveGrpc } from '../../../platform/grpc/server.ts';
import type { HttpContract } from '../../../platform/http/contract.ts';
import { type HttpServerOptions, serveHttp } from '../../../platform/http/server.ts';
import type { Running } from '../../../platform/role.ts';
import { billingContract } from '../../../services/billing/contract.ts';
import { billingHandlers } from '../../../services/billing/server.ts';
import { createCatalogClient } from '../../../services/catalog/client.ts';
import { catalogGrpcContract } from '../../../services/catalog/grpc-contract.ts';
import { catalogHandlers } from '../../../services/catalog/server.ts';
import { codecContract } from '../../../services/codec/contract.ts';
import { codecHandlers } from '../../../services/codec/server.ts';
import { communitiesContract } from '../../../services/communities/contract.ts';
import { communitiesHandlers } from '../../../services/communities/server.ts';
import { customersContract } from '../../../services/customers/contract.ts';
import { customersHandlers } from '../../../services/customers/server.ts';
import { deadLettersContract } from '../../../services/dead-letters/contract.ts';
import { deadLettersHandlers } from '../../../services/dead-letters/server.ts';
import { inventoryContract } from '../../../services/inventory/contract.ts';
import { inventoryHandlers } from '../../../services/inventory/server.ts';
import { ledgerContract } from '../../../services/ledger/contract.ts';
import { ledgerHandlers } from '../../../services/ledger/server.ts';
import { orderHistoryContract } from '../../../services/order-history/contract.ts';
import { orderHistoryHandlers } from '../../../services/order-history/server.ts';
import { ordersContract } from '../../../services/orders/contract.ts';
import { ordersHandlers } from '../../../services/orders/server.ts';
import { paymentsContract } from '../../../services/payments/contract.ts';
import { createPaymentProvider, providerEnvironment } from '../../../services/payments/provider.ts';
import { paymentsHandlers } from '../../../services/payments/server.ts';
import { payrollContract } from '../../../services/payroll/contract.ts';
import { payrollHandlers } from '../../../services/payroll/server.ts';
import { purchasingContract } from '../../../services/purchasing/contract.ts';
import { purchasingHandlers } from '../../../services/purchasing/server.ts';
import { readPurchasingSettings } from '../../../services/purchasing/settings.ts';
import { reviewsGrpcContract } from '../../../services/reviews/grpc-contract.ts';
import { reviewsHandlers } from '../../../services/reviews/server.ts';
import { staffContract } from '../../../services/staff/contract.ts';
import { staffHandlers } from '../../../services/staff/server.ts';
import { asTester } from '../../identities.ts';
import { openTestBroker } from '../../messaging/environment.ts';
import { openTestCodec } from '../../test-codec.ts';
import { startSimulator } from '../payments-simulator-environment.ts';
import { employer, temporarySealedTexts } from '../payroll-environment.ts';
import { silent, startInProcess } from '../service-in-process.ts';
import { names } from './schema-values.ts';

interface Started {
  readonly url: string;
  stop(): Promise<void>;
}

export interface FuzzedService<Contract> {
  readonly contract: Contract;
  start(): Promise<Started>;
}

type Serve<Tables> = (database: Kysely<Tables>, options: HttpServerOptions) => Promise<Running>;

const alone = <Contract, Tables>(name: string, contract: Contract, serve: Serve<Tables>): FuzzedService<Contract> => ({
  contract,
  start: () => startInProcess(name, serve),
});

/** A service, and what has to run beside it. */
async function beside(other: { stop(): Promise<void> }, service: Promise<Started>): Promise<Started> {
  const { url, stop } = await service;
  return {
    url,
    async stop() {
      await stop();
      await other.stop();
    },
  };
}

/** The HTTP services by the name of their process. */
export const httpServices: Readonly<Record<string, FuzzedService<HttpContract>>> = {
  customers: alone('customers', customersContract, (database, options) =>
    serveHttp(customersContract, customersHandlers(database), options),
  ),
  communities: alone('communities', communitiesContract, (database, options) =>
    serveHttp(communitiesContract, communitiesHandlers(database), options),
  ),
  orders: alone('orders', ordersContract, (database, options) =>
    serveHttp(ordersContract, ordersHandlers(database), options),
  ),
  billing: alone('billing', billingContract, (database, options) =>
    serveHttp(billingContract, billingHandlers(database), options),
  ),
  staff: alone('staff', staffContract, (database, options) =>
    serveHttp(staffContract, staffHandlers(database), options),
  ),
  payroll: alone('payroll', payrollContract, (database, options) =>
    serveHttp(payrollContract, payrollHandlers(database, temporarySealedTexts(), employer), options),
  ),
  purchasing: alone('purchasing', purchasingContract, (database, options) =>
    serveHttp(purchasingContract, purchasingHandlers(database, readPurchasingSettings({})), options),
  ),
  inventory: alone('inventory', inventoryContract, (database, options) =>
    serveHttp(inventoryContract, inventoryHandlers(database), options),
  ),
  ledger: alone('ledger', ledgerContract, (database, options) =>
    serveHttp(ledgerContract, ledgerHandlers(database), options),
  ),
  'order-history': alone('order-history', orderHistoryContract, (database, options) =>
    serveHttp(orderHistoryContract, orderHistoryHandlers(database), options),
  ),
  'mail-sink': alone('mail-sink', mailSinkContract, async (database, { logger, port }) => {
    const server = buildMailSinkServer(database, logger);
    return { address: await server.listen({ port, host: '127.0.0.1' }), stop: () => server.close() };
  }),
  codec: {
    contract: codecContract,
    async start() {
      const { codec } = openTestCodec();
      const options = { port: 0, logger: silent, access: asTester };
      const { address, stop } = await serveHttp(codecContract, codecHandlers(codec, silent), options);
      return { url: address, stop };
    },
  },
  payments: {
    contract: paymentsContract,
    async start() {
      const simulator = await startSimulator();
      const environment = providerEnvironment.parse({ PAYMENT_PROVIDER_URL: simulator.address });
      const provider = createPaymentProvider(environment);
      return beside(
        simulator,
        startInProcess('payments', (database, options) =>
          serveHttp(paymentsContract, paymentsHandlers(database, provider), options),
        ),
      );
    },
  },
  'dead-letters': {
    contract: deadLettersContract,
    async start() {
      const broker = await openTestBroker();
      const { publisher } = await broker.connectWithPublisher();
      return beside(
        { stop: () => broker.close() },
        startInProcess('dead-letters', (database, options) =>
          serveHttp(deadLettersContract, deadLettersHandlers(database, publisher), options),
        ),
      );
    },
  },
};

/** The catalog with products that calls name now and then: without any, every cart would be refused. */
async function startCatalog(): Promise<Started> {
  const catalog = await startInProcess<unknown>('catalog', (database, options) =>
    serveGrpc(catalogGrpcContract, catalogHandlers(database), options),
  );
  const prices = { USD: 1_000, EUR: 900, GBP: 800, JPY: 1_500 };
  await createCatalogClient({ url: catalog.url }).importProducts({
    products: names.filter((name) => skuSchema.safeParse(name).success).map((sku) => ({ sku, name: sku, prices })),
  });
  return catalog;
}

/** The gRPC services by the name of their process. */
export const grpcServices: Readonly<Record<string, FuzzedService<GrpcContract>>> = {
  catalog: { contract: catalogGrpcContract, start: startCatalog },
  reviews: {
    contract: reviewsGrpcContract,
    async start() {
      const catalog = await startCatalog();
      const client = createCatalogClient({ url: catalog.url });
      return beside(
        catalog,
        startInProcess('reviews', (database, options) =>
          serveGrpc(reviewsGrpcContract, reviewsHandlers(database, client), options),
        ),
      );
    },
  },
};
