import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Addresses, findAddresses } from '../../client/services.ts';
import type { Report } from '../../parts/index.ts';
import { ConfigurationError } from '../../platform/configuration.ts';
import { startSystem } from '../system/system.ts';

/** The system that the orders are placed in. */
export interface OpenSystem {
  readonly addresses: Addresses;
  /** Is aborted when a part of a system that was started here dies by itself. */
  readonly failed?: AbortSignal;
  /** Stops the system when it was started here. */
  close(): Promise<void>;
}

/**
 * The system that runs, or where none does a whole one that is started here, in a temporary folder.
 *
 * @param dataDirectory starts a system in this folder in any case, which keeps its data for the next time
 * @throws {ConfigurationError} when the environment names a system that does not answer
 * @throws {PartError | RoleError} when a system cannot be started
 */
export async function openSystem(dataDirectory: string | undefined, report: Report): Promise<OpenSystem> {
  const running = dataDirectory === undefined ? await findRunning() : undefined;
  if (running) {
    report('Using the system that runs.');
    return { addresses: running, close: async () => undefined };
  }
  report(dataDirectory ? `Starting a system in ${dataDirectory}.` : 'No system runs; starting one for this replay.');
  const system = await startSystem({
    dataDirectory: dataDirectory ?? (await mkdtemp(path.join(tmpdir(), 'durable-checkout-replay-'))),
    temporary: dataDirectory === undefined,
    durable: dataDirectory !== undefined,
    alone: [],
    report,
  });
  return { addresses: system.addresses, failed: system.parts.failed, close: () => system.stop() };
}

async function findRunning(): Promise<Addresses | undefined> {
  const given = { ...process.env };
  const addresses = findAddresses();
  const { LEDGER_URL: ledger } = addresses;
  if (!ledger) return undefined;
  const answers = await fetch(`${ledger}/health`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (answers) return addresses;
  if (given['LEDGER_URL']) {
    throw new ConfigurationError(
      `the system that LEDGER_URL names does not answer at ${ledger}; start it, or unset it`,
    );
  }
  // The addresses are those of a system that was killed; a new one must not be told to use its parts.
  process.env = given;
  return undefined;
}
