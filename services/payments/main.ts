import { readConfiguration } from '../../platform/configuration.ts';
import { runHttpService } from '../../platform/http/service.ts';
import { paymentsContract } from './contract.ts';
import { createPaymentProvider, providerEnvironment } from './provider.ts';
import { paymentsHandlers } from './server.ts';

await runHttpService(paymentsContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: (database) => paymentsHandlers(database, createPaymentProvider(readConfiguration(providerEnvironment))),
});
