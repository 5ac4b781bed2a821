import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { identify } from '../../parts/process-identity.ts';
import { stopProcess } from '../../parts/stop-process.ts';
import type { PlantedBug } from './bug.ts';
import type { ProjectCopy } from './copy.ts';

export interface TestRun {
  readonly project: PlantedBug['tests']['project'];
  /** The files of tests, without `.test.ts`. */
  readonly files: readonly string[];
  /** Regular expressions for the full names of the tests. */
  readonly named: readonly string[];
}

export interface FailedTest {
  /** The file of tests, from the folder of the project. */
  readonly file: string;
  readonly name: string;
  /** What it expected and got. */
  readonly message: string;
}

/** What a run of jest said; `ran` is 0 when no test ran at all. */
export interface TestOutcome {
  readonly ran: number;
  readonly failed: readonly FailedTest[];
  /** The end of what jest printed, for people. */
  readonly output: string;
}

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

const patience = 5_000;
/** A bug may keep a test from ever ending. */
const longest = 300_000;

/**
 * Runs tests of the copy.
 *
 * @throws the reason of the signal when it is aborted, after jest and all that it had started are gone
 */
export async function runTests(copy: ProjectCopy, run: TestRun, signal: AbortSignal): Promise<TestOutcome> {
  signal.throwIfAborted();
  const reportFile = path.join(copy.temporary, 'report.json');
  const files = run.files.map((file) => `/test/${run.project}/${file}\\.test\\.ts$`);
  const child = spawn(
    process.execPath,
    [
      path.join(copy.folder, 'node_modules', '.bin', 'jest'),
      '--runInBand',
      '--forceExit',
      '--json',
      `--outputFile=${reportFile}`,
      `--selectProjects=${run.project}`,
      `--testNamePattern=${run.named.map((name) => `(?:${name})`).join('|')}`,
      '--',
      ...files,
    ],
    {
      cwd: copy.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --no-warnings', TMPDIR: copy.temporary },
    },
  );
  let output = '';
  child.stderr.on('data', (chunk) => {
    output = `${output}${chunk}`.slice(-4_000);
  });
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  try {
    await once(child, 'exit', { signal: AbortSignal.any([signal, AbortSignal.timeout(longest)]) });
  } catch {
    if (identity) await stopProcess(identity, { signal: 'SIGTERM', patience });
    signal.throwIfAborted();
    output += `\nThe tests did not end within ${longest / 1_000} seconds.`;
  }
  const assertions = await readReport(reportFile, copy.folder);
  await rm(reportFile, { force: true });
  return {
    ran: assertions.filter(({ status }) => status === 'passed' || status === 'failed').length,
    failed: assertions.filter(({ status }) => status === 'failed').map(({ status: _, ...test }) => test),
    output,
  };
}

/** Empty when jest did not get so far as to run tests. */
async function readReport(file: string, folder: string): Promise<(FailedTest & { status: string })[]> {
  const text = await readFile(file, 'utf8').catch(() => '{"testResults":[]}');
  return reportSchema.parse(JSON.parse(text)).testResults.flatMap(({ name: testFile, assertionResults }) =>
    assertionResults.map(({ fullName, status, failureMessages }) => ({
      file: path.relative(folder, testFile),
      name: fullName,
      status,
      message: stripVTControlCharacters(failureMessages[0] ?? ''),
    })),
  );
}
