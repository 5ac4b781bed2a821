import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { CheckoutClient } from '../../client/checkout-client.ts';
import { createServiceClients } from '../../client/services.ts';
import { type System, startSystem } from '../../ops/system/system.ts';
import type { Report } from '../../parts/report.ts';
import { openDatabase } from '../../platform/database.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';
import { roleNames } from '../../roles/roles.ts';
import { readUsages, type Usages } from '../processes.ts';
import { startBareWorker } from './bare-worker.ts';
import { openBenchShop } from './shop.ts';

/** The whole system in a temporary directory, its shop open, and the worker of the bare workflows beside it. */
export interface BenchSystem {
  readonly system: System;
  readonly temporal: Client;
  readonly checkouts: CheckoutClient;
  readonly database: Kysely<unknown>;
  usages(): Usages;
  stop(): Promise<void>;
}

export async function startBenchSystem(report: Report): Promise<BenchSystem> {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'durable-checkout-bench-'));
  const system = await startSystem({ dataDirectory, report, temporary: true });
  try {
    const { addresses } = system;
    await openBenchShop(createServiceClients(addresses));
    const bareWorker = await startBareWorker(addresses);
    const { client: temporal, connection } = await connectTemporalClient(addresses);
    const database = openDatabase<unknown>({
      url: String(addresses['DATABASE_URL']),
      schema: 'public',
      connections: 1,
    });
    return {
      system,
      temporal,
      checkouts: new CheckoutClient(temporal),
      database,
      usages: () => readUsages(processesOf(system, bareWorker.processId), 'callers'),
      async stop() {
        await bareWorker.stop();
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

/** By their ids; all that run at this moment. */
function processesOf(system: System, bareWorker: number): Map<number, string> {
  return new Map([
    [bareWorker, 'bare worker'],
    ...roleNames.map((name) => [system.processId(name) ?? -1, name] as const),
  ]);
}
