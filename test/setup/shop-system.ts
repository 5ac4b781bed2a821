import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServiceClients } from '../../client/services.ts';
import { openShop } from '../../demo/shop.ts';
import { type System, type SystemOptions, startSystem } from '../../ops/system/system.ts';

/** A folder for a system; the system removes it when it stops. */
export const newFolder = () => mkdtemp(path.join(tmpdir(), 'durable-checkout-test-'));

/** A system of the tests' own: every role as users start it, on real parts, with the demonstration's shop. */
export async function startShopSystem(options: Partial<SystemOptions> = {}): Promise<System> {
  const system = await startSystem({
    temporary: true,
    report: () => undefined,
    ...options,
    dataDirectory: options.dataDirectory ?? (await newFolder()),
    environment: { LOG_LEVEL: 'warn', PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS: '2000', ...options.environment },
  });
  try {
    await openShop(createServiceClients(system.addresses));
  } catch (error) {
    await system.stop();
    throw error;
  }
  return system;
}
