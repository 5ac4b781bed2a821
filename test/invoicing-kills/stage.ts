import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Kysely } from 'kysely';
import { MonthlyInvoicingClient } from '../../client/monthly-invoicing-client.ts';
import { createServiceClients, type ServiceClients } from '../../client/services.ts';
import { type System, startSystem } from '../../ops/system/system.ts';
import type { Report } from '../../parts/report.ts';
import { openDatabase } from '../../platform/database.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';

/** Where months are invoiced while processes are killed. What was committed outlives a kill: PostgreSQL is durable. */
export interface Stage {
  readonly system: System;
  readonly services: ServiceClients;
  readonly invoicing: MonthlyInvoicingClient;
  /** Reads the tables of all services. */
  readonly database: Kysely<unknown>;
  close(): Promise<void>;
}

/** The roles that invoices and books need. Mails wait in their queue: what becomes of them other tests say. */
export async function openStage(report: Report): Promise<Stage> {
  const system = await startSystem({
    dataDirectory: await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-')),
    temporary: true,
    durable: true,
    roles: [
      'customers',
      'communities',
      'billing',
      'ledger',
      'ledger-consumer',
      'billing-consumer',
      'back-office-worker',
    ],
    environment: { LOG_LEVEL: 'warn' },
    report,
  });
  try {
    const services = createServiceClients(system.addresses);
    const { client, connection } = await connectTemporalClient(system.addresses);
    const url = String(system.addresses['DATABASE_URL']);
    const database = openDatabase<unknown>({ url, schema: 'public', connections: 2 });
    return {
      ...{ system, services, database },
      invoicing: new MonthlyInvoicingClient(client, services.billing),
      async close() {
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
