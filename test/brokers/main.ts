import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PartError } from '../../ops/parts/index.ts';
import { rabbitMqOfDebian } from '../../ops/parts/rabbitmq-install.ts';
import { OwnBroker } from './own-broker.ts';
import { type BrokerVersion, releases, report } from './servers.ts';

/**
 * Runs the tests of messaging, and those that kill brokers, on the broker of one's choice:
 * `npm run test:broker -- --broker 4.0 | 3.10 | cluster | amqp://… [what jest takes]`. At an address of one's own only
 * the tests of messaging run: the others kill brokers that they start themselves.
 */
const usage =
  'usage: npm run test:broker -- [--broker 4.0|3.10|cluster|amqp://user:password@host] [patterns of test files]';
const project = fileURLToPath(new URL('../..', import.meta.url));

interface Choice {
  readonly environment: NodeJS.ProcessEnv;
  readonly projects: readonly string[];
  readonly broker?: OwnBroker;
}

try {
  const { choice, patterns } = readArguments();
  process.exitCode = await runOn(choice, patterns);
} catch (error) {
  if (!(error instanceof PartError) && !(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof PartError ? 1 : 2;
}

/** @throws {TypeError} on wrong usage */
function readArguments(): { choice: string; patterns: string[] } {
  const { values, positionals } = parseArgs({
    options: { broker: { type: 'string', default: '4.0' } },
    allowPositionals: true,
  });
  const isKnown = values.broker in releases || values.broker === 'cluster' || /^amqps?:\/\//.test(values.broker);
  if (!isKnown) throw new TypeError(`there is no broker ${values.broker}; ${usage}`);
  return { choice: values.broker, patterns: positionals };
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
  if (/^amqps?:/.test(choice)) return { environment: { AMQP_URL: choice }, projects: ['messaging'] };
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
