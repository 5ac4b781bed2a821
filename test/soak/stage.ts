import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { forkWorker } from '../../ops/system/forked-worker.ts';
import { type System, startSystem } from '../../ops/system/system.ts';
import type { Report } from '../../parts/report.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';
import { Tables } from './evidence.ts';
import { processes } from './targets.ts';
import { placeWitness } from './witness.ts';

/** Where a soak takes place: the parts, the bridge, the consumers, a mail server, and the worker of its workflows. */
export interface Stage {
  readonly system: System;
  readonly temporal: Client;
  readonly tables: Tables;
  close(): Promise<void>;
}

/**
 * Little, so that V8 collects what is garbage soon: what is left over shows in the resident memory, and a process that
 * never lets go ends.
 */
const heap = '--max-old-space-size=128 --max-semi-space-size=2';

/** Everything is in a temporary directory. What was committed outlives a kill: PostgreSQL is durable. */
export async function openStage(report: Report): Promise<Stage> {
  const system = await startSystem({
    dataDirectory: await mkdtemp(path.join(tmpdir(), 'durable-checkout-soak-')),
    temporary: true,
    durable: true,
    roles: ['mail-sink', ...processes],
    environment: { LOG_LEVEL: 'warn', NODE_OPTIONS: heap, MALLOC_ARENA_MAX: '2' },
    report,
  });
  const { addresses } = system;
  try {
    await placeWitness(String(addresses['AMQP_URL']));
    // At the level of warnings the SDK tells that the worker has no activities.
    const worker = await forkWorker(fileURLToPath(new URL('worker.ts', import.meta.url)), {
      ...addresses,
      LOG_LEVEL: 'error',
    });
    const { client: temporal, connection } = await connectTemporalClient(addresses);
    const tables = new Tables(String(addresses['DATABASE_URL']));
    return {
      system,
      temporal,
      tables,
      async close() {
        await worker.stop();
        await connection.close();
        await tables.close();
        await system.stop();
      },
    };
  } catch (error) {
    await system.stop();
    throw error;
  }
}
