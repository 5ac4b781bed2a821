import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../sandbox.ts';
import type { Target } from './parts.ts';
import { type FileResult, readResults, strykerReportSchema } from './result.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const plugIn = fileURLToPath(new URL('messages.ts', import.meta.url));

/** What tests of a tier may take longer than without a mutant before the mutant counts as one that never ends. */
const allowanceMs: Readonly<Record<Target['tier'], number>> = {
  domain: 30_000,
  services: 30_000,
  messaging: 30_000,
  workflows: 30_000,
};

/** Stryker itself has failed: the tests are red without any mutant, or a file does not parse. */
export class MutationRunError extends Error {
  override readonly name = 'MutationRunError';
}

/**
 * Tries all mutants of a target in a copy of the project that Stryker makes in the sandbox.
 *
 * @param environment where the parts are that the tests need
 * @throws {MutationRunError}
 */
export async function runStryker(
  target: Target,
  { sandbox, concurrency, environment }: { sandbox: Sandbox; concurrency: number; environment: NodeJS.ProcessEnv },
): Promise<FileResult[]> {
  const reportFile = path.join(sandbox.folder, 'mutation.json');
  const configFile = path.join(sandbox.folder, 'stryker.json');
  await writeFile(configFile, JSON.stringify(options(target, { folder: sandbox.folder, reportFile, concurrency })));
  const stryker = path.join(project, 'node_modules', '.bin', 'stryker');
  const code = await sandbox.run([stryker, 'run', configFile], project, {
    ...environment,
    MUTATION_TIER: target.tier,
    MUTATION_TESTS: target.tests.join(','),
  });
  await sandbox.clear();
  if (code !== 0)
    throw new MutationRunError(`Stryker ended with ${code} on ${target.files.join(', ')}; see its lines above`);
  return readResults(strykerReportSchema.parse(JSON.parse(await readFile(reportFile, 'utf8'))));
}

const options = (
  { files, tier }: Target,
  { folder, reportFile, concurrency }: { folder: string; reportFile: string; concurrency: number },
) => ({
  mutate: files,
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: { projectType: 'custom', configFile: 'test/mutation/jest.config.js', enableFindRelatedTests: false },
  // Workflows run in a sandbox of their own, where Stryker does not see which test reaches a mutant: each meets all tests.
  coverageAnalysis: tier === 'workflows' ? 'off' : 'perTest',
  plugins: ['@stryker-mutator/jest-runner', plugIn],
  ignorers: ['messages'],
  concurrency,
  timeoutMS: allowanceMs[tier],
  dryRunTimeoutMinutes: 15,
  tempDirName: path.join(folder, 'mutants'),
  cleanTempDir: 'always',
  ignorePatterns: ['.data'],
  // Stryker would rewrite tsconfig.json by an interface that TypeScript 7 does not have; nothing in the copy needs it.
  tsconfigFile: 'none',
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: reportFile },
  allowConsoleColors: false,
});
