import { readConfiguration } from '../../platform/configuration.ts';
import { httpServiceRole } from '../../platform/http/service.ts';
import { paymentsContract } from './contract.ts';
import { createPaymentProvider, providerEnvironment } from './provider.ts';
import { paymentsHandlers } from './server.ts';

export const role = httpServiceRole(paymentsContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: (database, { environment }) =>
    paymentsHandlers(database, createPaymentProvider(readConfiguration(providerEnvironment, environment))),
});
