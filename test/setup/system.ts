import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServiceClients } from '../../client/services.ts';
import { openShop } from '../../demo/shop.ts';
import { type System, startSystem } from '../../ops/system/system.ts';

let system: System | undefined;

/** Once for all tests of the whole: every process as users start them, on real parts, with the demonstration's shop. */
export default async function setUp(): Promise<void> {
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-'));
  process.env['TRACES_FILE'] = path.join(dataDirectory, 'traces.jsonl');
  system = await startSystem({
    dataDirectory,
    temporary: true,
    environment: {
      LOG_LEVEL: 'warn',
      PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS: '2000',
      OTEL_TRACES_FILE: process.env['TRACES_FILE'],
    },
    report: (line) => process.stderr.write(`${line}\n`),
  });
  await openShop(createServiceClients(system.addresses));
  Object.assign(process.env, system.addresses);
}

export async function tearDown(): Promise<void> {
  await system?.stop();
}
