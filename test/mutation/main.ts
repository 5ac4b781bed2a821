import { mkdtemp } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { Option } from 'commander';
import { execa } from 'execa';
import { type PartName, type Parts, startParts } from '../../parts/index.ts';
import { describeScript } from '../../platform/script.ts';
import { Sandbox } from '../sandbox.ts';
import { type Part, parts, type Target } from './parts.ts';
import { complaints, describeFiles, describePart, mutatedFiles, type PartResult, writeSection } from './report.ts';
import type { FileResult } from './result.ts';
import { MutationRunError, runStryker } from './stryker.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);
const names = parts.map(({ name }) => name);

const command = describeScript(
  'npm run mutation --',
  'Changes the code in one place at a time, in a copy, and counts the changes that the tests notice. Takes hours: for the night.',
)
  .addOption(new Option('--part <name...>', 'these parts only').choices(names))
  .option('--only <file...>', 'these files only, such as services/catalog/quote.ts')
  .addOption(new Option('--concurrency <number>', 'mutants at the same time').argParser(Number).default(1))
  .option('--write', "write the parts' sections of docs/mutation.md")
  .parse();
const { part, only, concurrency, write } = command.opts<{
  part?: string[];
  only?: string[];
  concurrency: number;
  write?: true;
}>();
const unknown = only?.find((file) => !mutatedFiles.includes(file));
if (unknown !== undefined) {
  command.error(`error: ${unknown} is not among the mutated files, which are ${mutatedFiles.join(', ')}`);
}
if (!Number.isInteger(concurrency) || concurrency < 1) {
  command.error('error: --concurrency is a whole number from 1 on');
}
if (only && write) command.error('error: the page lists whole parts; leave --only out to write it');

const selected = parts
  .filter(({ name }) => part?.includes(name) ?? true)
  .map((one) => ({ ...one, targets: one.targets.map(within).filter(({ files }) => files.length > 0) }))
  .filter(({ targets }) => targets.length > 0);

const sandbox = await Sandbox.open();
let running: Parts | undefined;
let stopping: Promise<never> | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopping ??= stop(signal);
  });
}

try {
  const commit = await currentCommit();
  for (const one of selected) {
    const result = await runPart(one);
    process.stdout.write(`\n${describePart(result)}\n`);
    const red = complaints(result);
    for (const line of red) say(`✗ ${line}`);
    if (red.length > 0) process.exitCode = 1;
    if (write && result.failed.length === 0) await writeSection(result, commit);
  }
} finally {
  await stopping;
  await running?.stop();
  await sandbox.close();
}

function within(target: Target): Target {
  return { ...target, files: target.files.filter((file) => only?.includes(file) ?? true) };
}

/** One target after the other: what Stryker cannot try does not keep the night from the rest. */
async function runPart(one: Part): Promise<PartResult> {
  const start = performance.now();
  const files: FileResult[] = [];
  const failed: string[] = [];
  for (const target of one.targets) {
    say(`${one.name}: ${target.files.join(', ')}`);
    try {
      const results = await runStryker(target, { sandbox, concurrency, environment: await partsFor(target) });
      process.stdout.write(`\n${describeFiles(results)}\n\n`);
      files.push(...results);
    } catch (error) {
      await stopping;
      if (!(error instanceof MutationRunError)) throw error;
      failed.push(error.message);
    }
  }
  return { part: one, files, failed, minutes: Math.ceil((performance.now() - start) / 60_000) };
}

/** One PostgreSQL and one RabbitMQ serve all mutants; each file of tests has a schema and queues of its own in them. */
async function partsFor({ tier }: Target): Promise<NodeJS.ProcessEnv> {
  if (tier !== 'services' && tier !== 'messaging') return {};
  running ??= await startParts({
    dataDirectory: await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-')),
    names: ['postgres', 'rabbitmq'] satisfies PartName[],
    temporary: true,
    postgresSettings: { durable: false },
    report: say,
  });
  const { postgres, rabbitmq } = running;
  return {
    DATABASE_URL: postgres.url,
    AMQP_URL: rabbitmq.url,
    ...(rabbitmq.management && { RABBITMQ_MANAGEMENT: JSON.stringify(rabbitmq.management) }),
  };
}

async function currentCommit(): Promise<string> {
  const { stdout: commit } = await execa('git', ['describe', '--always', '--dirty']);
  return commit;
}

async function stop(signal: NodeJS.Signals): Promise<never> {
  sandbox.kill();
  await sandbox.clear();
  await running?.stop();
  await sandbox.close();
  say(`Stopped by ${signal}; the copy is removed.`);
  process.exit(128 + constants.signals[signal]);
}
