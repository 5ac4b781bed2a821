import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { PartError } from './parts/index.ts';
import { RoleError } from './system/role-runner.ts';
import { roleNames, roles } from './system/roles.ts';
import { type System, startSystem } from './system/system.ts';

const { data } = new Command()
  .name('npm start --')
  .description('Runs the whole system in the foreground; Ctrl-C stops it in order.')
  .option('--data <folder>', 'where it keeps its data', fileURLToPath(new URL('../.data', import.meta.url)))
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ data: string }>();

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
  const system = await startSystem({ dataDirectory: data, report: say, durable: true });
  describe(system);
  system.parts.failed.addEventListener('abort', () => stopped.reject(system.parts.failed.reason));
  await stopped.promise.finally(() => system.stop());
  say('Stopped.');
} catch (error) {
  if (!(error instanceof PartError || error instanceof RoleError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function describe({ addresses, processId, parts }: System): void {
  say('\nEverything is ready. Ctrl-C stops it.\n');
  for (const name of roleNames) {
    const role = roles[name];
    const address = 'address' in role ? addresses[role.address] : 'takes work from a queue';
    say(`  ${name.padEnd(22)} process ${String(processId(name)).padEnd(8)} ${address}`);
  }
  const { management } = parts.rabbitmq;
  say(`\n  Temporal Web UI        ${addresses['TEMPORAL_WEB_UI'] ?? 'where your Temporal has it'}`);
  say(
    `  RabbitMQ management    ${management ? `${management.url} (${management.user} / ${management.password})` : 'where your RabbitMQ has it'}`,
  );
  say(`  Mails                  ${addresses['MAIL_SINK_URL']}`);
  say('\nPlace a checkout from another terminal: npm run cli -- --help');
}
