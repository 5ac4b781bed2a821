import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startedAddresses } from '../client/services.ts';
import { PartError } from './parts/index.ts';
import { RoleError } from './system/role-runner.ts';
import { roleNames, roles } from './system/roles.ts';
import { type System, startSystem } from './system/system.ts';

const dataDirectory = fileURLToPath(new URL('../.data', import.meta.url));
const say = (line: string) => process.stdout.write(`${line}\n`);

let stopAsked = false;
const stopped = Promise.withResolvers<void>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!stopAsked) say(`\nStopping in order; what is open goes on at the next start.`);
    stopAsked = true;
    stopped.resolve();
  });
}

try {
  const system = await startSystem({ dataDirectory, report: say, durable: true });
  await rm(startedAddresses, { force: true, recursive: false }).catch(() => undefined);
  describe(system);
  system.parts.failed.addEventListener('abort', () => stopped.reject(system.parts.failed.reason));
  await stopped.promise.finally(() => system.stop());
  say('Stopped.');
} catch (error) {
  if (!(error instanceof PartError || error instanceof RoleError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function describe({ addresses, processId }: System): void {
  say('');
  for (const name of roleNames) {
    const role = roles[name];
    const address = 'address' in role ? addresses[role.address] : 'takes work from a queue';
    say(`  ${name.padEnd(22)} process ${String(processId(name)).padEnd(8)} ${address}`);
  }
}
