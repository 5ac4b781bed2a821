import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { installParts, PartError } from '../parts/index.ts';
import { identify, signalProcess, withDescendants } from '../parts/process-identity.ts';
import { outliveReaders } from '../platform/output.ts';
import { shedShell } from '../platform/shell.ts';
import { table } from '../platform/table.ts';
import { Sandbox } from './sandbox.ts';

/**
 * Everything that has to hold, one after the other: the static checks, then the tiers of tests from the smallest to the
 * whole system. With arguments, only jest with these arguments.
 */

interface Step {
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
}

interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

interface Tier {
  readonly projects: readonly string[];
  /** How many files of tests run at the same time: most of them wait longer than they calculate. */
  readonly filesAtOnce: number;
}

const folders = [
  'workflows',
  'activities',
  'services',
  'doubles',
  'events',
  'messaging',
  'bridge',
  'workers',
  'roles',
  'client',
  'api',
  'contracts',
  'platform',
  'ops',
  'parts',
  'demo',
  'bench',
  'examples',
];
const checks: readonly Step[] = [
  { name: 'types', program: 'tsc', arguments: ['-p', '.'] },
  { name: 'format and lint', program: 'biome', arguments: ['check', '.'] },
  {
    name: 'direction of dependencies',
    program: 'depcruise',
    arguments: ['--config', '.dependency-cruiser.js', ...folders],
  },
  { name: 'nothing unused', program: 'knip', arguments: [] },
];
const tiers: readonly Tier[] = [
  { projects: ['domain', 'workflows'], filesAtOnce: 2 },
  { projects: ['faults'], filesAtOnce: 2 },
  { projects: ['services', 'messaging'], filesAtOnce: 2 },
  { projects: ['parts'], filesAtOnce: 2 },
  { projects: ['processes'], filesAtOnce: 2 },
  // Its commands calculate rather than wait, and some have to keep up with a checkout.
  { projects: ['system'], filesAtOnce: 1 },
];

shedShell();
outliveReaders();
const project = fileURLToPath(new URL('..', import.meta.url));
const sandbox = await Sandbox.open();
const reportOf = (name: string) => path.join(sandbox.folder, `${name}.json`);
const order = path.join(project, 'test', 'setup', 'longest-first.ts');
const jestStep = ({ projects, filesAtOnce }: Tier): Step => {
  const name = projects.join('+');
  return {
    name,
    program: 'jest',
    arguments: [
      `--maxWorkers=${filesAtOnce}`,
      `--testSequencer=${order}`,
      '--json',
      `--outputFile=${reportOf(name)}`,
      '--selectProjects',
      ...projects,
    ],
  };
};

let stopping: Promise<never> | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopping ??= stop(signal);
  });
}

try {
  const given = process.argv.slice(2);
  process.exitCode = given.length > 0 ? await run({ name: 'jest', program: 'jest', arguments: given }) : await runAll();
} catch (error) {
  if (!(error instanceof PartError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  await sandbox.clear();
  await sandbox.close();
}

async function stop(signal: NodeJS.Signals): Promise<never> {
  sandbox.kill();
  await sandbox.clear();
  await sandbox.close();
  // Parts may be on their way to be installed.
  const own = identify(process.pid);
  for (const one of own ? withDescendants(own).slice(1) : []) signalProcess(one, 'SIGKILL');
  process.stdout.write(`\nStopped by ${signal}.\n`);
  process.exit(128 + constants.signals[signal]);
}

async function runAll(): Promise<number> {
  // What the later tiers stand on is fetched or built while the first ones run.
  const installed = installParts(['temporal', 'rabbitmq', 'postgres', 'temporal-test-server'], (line) =>
    process.stderr.write(`${line}\n`),
  );
  installed.catch(() => undefined);
  const steps = [...checks, ...tiers.map(jestStep)];
  const rows: (string | number)[][] = [];
  const total = { passed: 0, failed: 0 };
  const failures: string[] = [];
  for (const step of steps) {
    if (step.program === 'jest') await installed;
    process.stdout.write(`\n── ${step.name}\n`);
    const start = performance.now();
    const code = await run(step);
    const left = await sandbox.clear();
    const counts = await readCounts(step, code);
    failures.push(...counts.failures, ...left.map((command) => `${step.name} left running, and killed: ${command}`));
    const failed = counts.failed + (left.length > 0 ? 1 : 0);
    total.passed += counts.passed;
    total.failed += failed;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    rows.push([failed === 0 ? '✓' : '✗', step.name, counts.passed, failed, seconds]);
  }
  process.stdout.write(`\n${table(['', 'step', 'passed', 'failed', 'seconds'], rows)}\n`);
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
  // Once more at the end: the place where they failed may be thousands of lines above.
  for (const failure of failures) process.stdout.write(`\n✗ ${failure}\n`);
  return total.failed === 0 ? 0 : 1;
}

async function run({ program, arguments: parameters }: Step): Promise<number> {
  const file = path.join(project, 'node_modules', '.bin', program);
  const code = await sandbox.run([file, ...parameters], project, {
    ...(program === 'jest' && { NODE_OPTIONS: '--experimental-vm-modules --no-warnings' }),
  });
  return stopping ?? code;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** What failed and the beginning of why. */
  readonly failures: readonly string[];
}

/** A check counts as one; jest says how many tests it ran. */
async function readCounts(step: Step, code: number): Promise<Counts> {
  const failures = code === 0 ? [] : [`${step.name} ended with ${code}`];
  const whole = { passed: code === 0 ? 1 : 0, failed: failures.length, failures };
  if (step.program !== 'jest') return whole;
  try {
    const report = JSON.parse(await readFile(reportOf(step.name), 'utf8'));
    const failed = Number(report.numFailedTests) + Number(report.numRuntimeErrorTestSuites);
    const passed = Number(report.numPassedTests);
    return failed > 0 ? { passed, failed, failures: failuresOf(report) } : { ...whole, passed };
  } catch {
    return whole;
  }
}

/** @param report as jest's --json has it */
function failuresOf(report: JestReport): string[] {
  const beginning = (message: string) => {
    const lines = stripVTControlCharacters(message).split('\n');
    return lines
      .filter((line) => !/^\s+at .*(node_modules|node:)/.test(line))
      .slice(0, 30)
      .join('\n  ');
  };
  return report.testResults.flatMap((file) => {
    const tests = file.assertionResults.filter(({ status }) => status === 'failed');
    const name = path.relative(project, file.name);
    if (tests.length === 0) return file.status === 'failed' ? [`${name}\n  ${beginning(file.message)}`] : [];
    return tests.map((test) => `${name}: ${test.fullName}\n  ${beginning(test.failureMessages.join('\n'))}`);
  });
}
