import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { CheckoutClient } from '../../client/checkout-client.ts';
import { MonthlyInvoicingClient } from '../../client/monthly-invoicing-client.ts';
import { createServiceClients, type ServiceClients } from '../../client/services.ts';
import { type System, startSystem } from '../../ops/system/system.ts';
import type { Report } from '../../parts/report.ts';
import { openDatabase } from '../../platform/database.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';
import { roleNames } from '../../roles/roles.ts';
import { openBenchShop } from '../checkout/shop.ts';
import { readUsages, type Usages } from '../processes.ts';

/** The whole system in a temporary directory, each role a process, its database durable, its shop open. */
export interface InvoicingSystem {
  readonly databaseUrl: string;
  /** Reads the tables of all services. */
  readonly database: Kysely<unknown>;
  readonly temporal: Client;
  readonly services: ServiceClients;
  /** The services as the worker of monthly invoicing calls them. */
  readonly asWorker: Pick<ServiceClients, 'billing' | 'communities'>;
  readonly invoicing: MonthlyInvoicingClient;
  readonly checkouts: CheckoutClient;
  usages(): Usages;
  /** Shuts the broker down gracefully: what is in the outboxes waits. */
  stopBroker(): Promise<void>;
  stop(): Promise<void>;
}

export async function startInvoicingSystem(report: Report): Promise<InvoicingSystem> {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'durable-checkout-bench-'));
  const system = await startSystem({ dataDirectory, report, temporary: true, durable: true });
  try {
    const { addresses } = system;
    const services = createServiceClients(addresses);
    await openBenchShop(services);
    const { client: temporal, connection } = await connectTemporalClient(addresses);
    const databaseUrl = String(addresses['DATABASE_URL']);
    const database = openDatabase<unknown>({ url: databaseUrl, schema: 'public', connections: 2 });
    return {
      ...{ databaseUrl, database, temporal, services },
      asWorker: createServiceClients({ ...addresses, ...system.identityOf('back-office-worker') }),
      invoicing: new MonthlyInvoicingClient(temporal, services.billing),
      checkouts: new CheckoutClient(temporal),
      usages: () => readUsages(processesOf(system), 'callers'),
      stopBroker: () => system.parts.kill('rabbitmq'),
      async stop() {
        await connection.close();
        await database.destroy();
        await system.stop();
      },
    };
  } catch (error) {
    await system.stop();
    throw error;
  }
}

const processesOf = (system: System): Map<number, string> =>
  new Map(roleNames.map((name) => [system.processId(name) ?? -1, name] as const));
