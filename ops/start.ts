import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CertificateAuthority } from '../parts/certificate-authority.ts';
import { PartError, type TlsFiles } from '../parts/index.ts';
import { messageOf } from '../parts/part-error.ts';
import { ConfigurationError } from '../platform/configuration.ts';
import { describeScript } from '../platform/script.ts';
import { roleNames, roles } from '../roles/roles.ts';
import { type RunningPrometheus, startPrometheus } from './observe/prometheus.ts';
import { describeVariables, readOutsideServices, takeSecrets } from './system/outside-services.ts';
import { RoleError } from './system/role-runner.ts';
import { type System, startSystem } from './system/system.ts';

const { data, tls, observe } = describeScript(
  'npm start --',
  'Runs the whole system in the foreground; Ctrl-C shuts it down gracefully.',
)
  .option('--data <folder>', 'where it keeps its data', fileURLToPath(new URL('../.data', import.meta.url)))
  .option('--tls', 'speaks TLS everywhere, with certificates of its own')
  .option('--observe', 'brings a Prometheus that reads all metrics and knows the rules, where it can be had')
  .parse()
  .opts<{ data: string; tls?: true; observe?: true }>();

const say = (line: string) => process.stdout.write(`${line}\n`);

let stopAsked = false;
const stopped = Promise.withResolvers<void>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!stopAsked) say(`\nShutting down gracefully; what is open goes on at the next start.`);
    stopAsked = true;
    stopped.resolve();
  });
}

try {
  takeSecrets();
  const outside = { ...(await readOutsideServices()), ...(tls && { tls: await makeCertificates(data) }) };
  for (const line of describeVariables(outside)) say(line);
  const system = await startSystem({ dataDirectory: data, report: say, durable: true, outside, alone: [] });
  const prometheus = observe ? await observeOrSay(system) : undefined;
  describe(system, prometheus);
  system.parts.failed.addEventListener('abort', () => stopped.reject(system.parts.failed.reason));
  await stopped.promise.finally(async () => {
    await prometheus?.stop();
    await system.stop();
  });
  say('Stopped.');
} catch (error) {
  if (![PartError, RoleError, ConfigurationError].some((kind) => error instanceof kind)) throw error;
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

/** A new certificate of the folder's own authority; an unfinished system of before has no use for the old one. */
async function makeCertificates(folder: string): Promise<TlsFiles> {
  const authority = await CertificateAuthority.open(path.join(path.resolve(folder), 'tls'));
  return { ...(await authority.issue('system')), authority: authority.certificate };
}

/** A system that is not watched runs as well as another. */
async function observeOrSay({ addresses }: System): Promise<RunningPrometheus | undefined> {
  try {
    return await startPrometheus({ addresses, folder: path.join(data, 'observe'), report: say });
  } catch (error) {
    say(`Prometheus is not started: ${messageOf(error)}`);
    return undefined;
  }
}

/** Where the password of the broker's administrator is: on no screen. */
function passwordFile(): string {
  return process.env['AMQP_URL'] ? 'as RABBITMQ_MANAGEMENT_URL has it' : path.join(data, 'rabbitmq-password');
}

function describe({ addresses, processId, parts }: System, prometheus: RunningPrometheus | undefined): void {
  say('\nEverything is ready. Ctrl-C stops it.\n');
  for (const name of roleNames.filter((each) => processId(each) !== undefined)) {
    const role = roles[name];
    const address = 'address' in role ? addresses[role.address] : 'takes work from a queue';
    say(`  ${name.padEnd(22)} process ${String(processId(name)).padEnd(8)} ${address}`);
  }
  const { management } = parts.rabbitmq;
  say(`\n  HTTP API               ${addresses['API_URL']}/openapi.json`);
  say(`  Temporal Web UI        ${addresses['TEMPORAL_WEB_UI'] ?? 'where your Temporal has it'}`);
  say(
    `  RabbitMQ management    ${management ? `${management.url} (${management.user}; password: ${passwordFile()})` : 'where your RabbitMQ has it'}`,
  );
  if (prometheus) say(`  Prometheus             ${prometheus.url}/alerts`);
  say(`  Mails                  ${addresses['MAIL_SINK_URL'] ?? 'where your mail server has them'}`);
  say(`  Logs                   ${path.join(data, 'processes', 'logs')}`);
  say(`
From another terminal, a shop to try it with and a first checkout:
  npm run cli -- import --customers demo/shop/customers.json --products demo/shop/products.json --stock demo/shop/stock.json
  npm run cli -- place --customer customer-123 --line product-1=2 --wait
  npm run cli -- --help`);
}
