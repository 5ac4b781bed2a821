import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { close } from '../../messaging/amqp/close.ts';
import { dialBroker } from '../../messaging/connection/dial.ts';
import { BrokerConfigurationError, BrokerUnavailableError } from '../../messaging/connection/errors.ts';
import { PartError } from '../../parts/index.ts';
import { rabbitMqOfDebian } from '../../parts/rabbitmq-install.ts';
import { describeScript } from '../../platform/script.ts';
import { OwnBroker } from './own-broker.ts';
import { type BrokerVersion, releases, report } from './servers.ts';

const command = describeScript(
  'npm run test:broker --',
  'Runs the tests of messaging, and those that kill brokers, on the broker of your choice.',
)
  .argument('[pattern...]', 'only the test files whose paths hold one of these')
  .option(
    '--broker <name>',
    '4.0, 3.10 or cluster (three nodes of 4.0), which are fetched and started; or amqp://user:password@host, where only the tests of messaging run: the others kill brokers that they start themselves',
    '4.0',
  )
  .parse();
const project = fileURLToPath(new URL('../..', import.meta.url));

interface Choice {
  readonly environment: NodeJS.ProcessEnv;
  readonly projects: readonly string[];
  readonly broker?: OwnBroker;
}

const { broker: wanted } = command.opts<{ broker: string }>();
if (!(wanted in releases) && wanted !== 'cluster' && !isAddress(wanted)) {
  command.error(`error: there is no broker ${wanted}; it is 4.0, 3.10, cluster or amqp://user:password@host`);
}

try {
  process.exitCode = await runOn(wanted, command.args);
} catch (error) {
  const isExpected = [PartError, BrokerConfigurationError, BrokerUnavailableError].some(
    (kind) => error instanceof kind,
  );
  if (!isExpected) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof BrokerConfigurationError ? 2 : 1;
}

function isAddress(choice: string): boolean {
  return /^amqps?:\/\//.test(choice);
}

async function runOn(choice: string, patterns: readonly string[]): Promise<number> {
  const { environment, projects, broker } = await open(choice);
  try {
    return await runJest(['--runInBand', '--selectProjects', ...projects, '--', ...patterns], environment);
  } finally {
    await broker?.stop();
  }
}

async function open(choice: string): Promise<Choice> {
  if (isAddress(choice)) {
    await close(await dialBroker({ url: choice, name: 'test:broker' }));
    return { environment: { AMQP_URL: choice }, projects: ['messaging'] };
  }
  const version: BrokerVersion = choice === '3.10' ? '3.10' : '4.0';
  const nodes = choice === 'cluster' ? 3 : 1;
  report(`RabbitMQ ${version}: starting ${nodes === 1 ? 'a node' : 'a cluster of three nodes'}`);
  const broker = await OwnBroker.start({ server: await rabbitMqOfDebian(releases[version], report), nodes });
  const environment = { AMQP_URL: `${broker.nodes[0]?.url}`, BROKER_VERSION: version };
  return { environment, projects: ['messaging', 'brokers'], broker };
}

function runJest(parameters: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const child = spawn(process.execPath, [path.join(project, 'node_modules/.bin/jest'), ...parameters], {
    cwd: project,
    stdio: 'inherit',
    env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --no-warnings', ...environment },
  });
  child.on('exit', (code) => resolve(code ?? 1));
  child.on('error', () => resolve(1));
  return promise;
}
