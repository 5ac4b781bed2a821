import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { CheckoutClient } from '../../client/checkout-client.ts';
import { createServiceClients } from '../../client/services.ts';
import type { ForkedWorker } from '../../ops/system/forked-worker.ts';
import { type System, startSystem } from '../../ops/system/system.ts';
import type { Report } from '../../parts/report.ts';
import { openDatabase } from '../../platform/database.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';
import { roleNames } from '../../roles/roles.ts';
import { sweeps } from '../../workflows/sweep/messages.ts';
import { readUsages, type Usages } from '../processes.ts';
import { openBenchShop } from './shop.ts';
import { startBareWorker, startSampleWorker } from './workers.ts';

/** The whole system in a temporary directory, its shop open, and the workers of what it is measured against beside it. */
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
    const sampleWorker = await startSampleWorker({ ...addresses, ...system.identityOf('checkout-worker') });
    const { client: temporal, connection } = await connectTemporalClient(addresses);
    // It would take the orders of the sample for orders that no workflow owns, in a run that is long enough.
    for (const { scheduleId } of sweeps) await temporal.schedule.getHandle(scheduleId).pause('the bench runs');
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
      usages: () => readUsages(processesOf(system, { bareWorker, sampleWorker }), 'callers'),
      async stop() {
        await Promise.all([bareWorker.stop(), sampleWorker.stop()]);
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
function processesOf(
  system: System,
  { bareWorker, sampleWorker }: Readonly<Record<'bareWorker' | 'sampleWorker', ForkedWorker>>,
): Map<number, string> {
  return new Map([
    [bareWorker.processId, 'bare worker'],
    [sampleWorker.processId, 'sample worker'],
    ...roleNames.map((name) => [system.processId(name) ?? -1, name] as const),
  ]);
}
