import path from 'node:path';
import type { System } from '../../ops/system/system.ts';
import { newFolder, startShopSystem } from './shop-system.ts';

let system: System | undefined;

/** Once for all tests of the whole. */
export default async function setUp(): Promise<void> {
  const dataDirectory = await newFolder();
  process.env['TRACES_FILE'] = path.join(dataDirectory, 'traces.jsonl');
  system = await startShopSystem({
    dataDirectory,
    // As npm start does it; one role a process is what the tests of processes start.
    alone: [],
    environment: { OTEL_TRACES_FILE: process.env['TRACES_FILE'], REFUND_SECOND_PERSON_ABOVE: 'JPY=10000' },
    report: (line) => process.stderr.write(`${line}\n`),
  });
  Object.assign(process.env, system.addresses);
}

export async function tearDown(): Promise<void> {
  await system?.stop();
}
