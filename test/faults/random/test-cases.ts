import fc from 'fast-check';
import { inTurns } from '../in-turns.ts';
import { JobPool, StalledError } from '../jobs/pool.ts';
import type { Verdict } from './process.ts';
import { type ServerSequence, serverSequences } from './real-server/sequence.ts';
import { type IdentitySequence, identitySequences } from './sequence.ts';
import { type ProcessCase, processCases } from './test-case.ts';

/** Single processes; sequences of actions on one id, whose runs are terminated, deleted and started again; such ones on a real server. */
export type Kind = 'cases' | 'sequences' | 'resets';

type TestCase = ProcessCase | IdentitySequence | ServerSequence;

/** What runs a case to its end. */
export interface Runner {
  run(testCase: TestCase): Promise<Verdict>;
  close(): Promise<void>;
  /** How many processes were given up because their test server stood still. */
  readonly givenUp: number;
  /** How many it runs at the same time. Default: 16. */
  readonly sideBySide?: number;
}

/** A case after which a rule does not hold. */
export interface Failure {
  readonly testCase: TestCase;
  /** Leads from the seed to the case, together with its number of runs. */
  readonly path: string;
  readonly problems: readonly string[];
}

/** A case that no process could run to its end: there is no verdict on it. */
export interface Stall {
  readonly path: string;
  readonly reason: string;
}

export interface Result {
  readonly runs: number;
  /** How often each outcome came about. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The first one, made as small as it gets; and how many there were. */
  readonly failure: Failure | undefined;
  readonly failures: number;
  /** Those without a verdict; the others have theirs all the same. */
  readonly stalls: readonly Stall[];
  /** How many processes were given up because their test server stood still. */
  readonly givenUp: number;
}

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly path?: string | undefined;
  /** What is run. Default: single processes. */
  readonly kind?: Kind;
  /** Told of each process that is given up. */
  readonly report: (line: string) => void;
  /** Called after each case. */
  readonly onEnd?: () => void;
  /** Default: processes that run the cases with `file`. */
  readonly runner?: Runner;
  /** The program that runs the cases. Default: `process.ts`. */
  readonly file?: URL;
  /** Milliseconds without the end of any case, after which a process is given up. Default: 30,000. */
  readonly stallTimeoutMs?: number;
}

/** How many seeds there are. */
export const seeds = 1_000_000_000;

const arbitraries: Readonly<Record<Kind, fc.Arbitrary<TestCase>>> = {
  cases: processCases,
  sequences: identitySequences,
  resets: serverSequences,
};

const processes = 2;
/** How many cases a process runs at the same time. */
const sideBySide = 8;
const casesEach = 100;
/** Most cases take less than one second. */
const defaultStallTimeoutMs = 30_000;
/** How long to look for a smaller case that fails as well: milliseconds. */
const shrinking = 60_000;

/**
 * Runs as many cases as asked for, or the one that `path` leads to; the same seed gives the same cases. One that does
 * not come to an end takes nothing from the verdict on the others.
 */
export async function runTestCases({
  runs,
  seed,
  path,
  kind = 'cases',
  report,
  onEnd,
  ...options
}: Options): Promise<Result> {
  const { file = new URL('process.ts', import.meta.url), stallTimeoutMs = defaultStallTimeoutMs } = options;
  const pool: Runner =
    options.runner ?? new JobPool<TestCase, Verdict>({ file, processes, jobsEach: casesEach, stallTimeoutMs, report });
  try {
    const arbitrary = arbitraries[kind];
    const sampled = fc.sample(arbitrary, {
      seed,
      numRuns: path === undefined ? runs : 1,
      ...(path !== undefined && { path }),
    });
    const verdicts = await inTurns(
      [...sampled.entries()],
      pool.sideBySide ?? processes * sideBySide,
      async ([index, testCase]) => {
        const verdict = await pool.run(testCase).catch(stallOf);
        onEnd?.();
        const matters = 'stalled' in verdict ? [verdict.stalled] : verdict.problems;
        const again = commandFor({ seed, path: path ?? `${index}`, kind });
        if (matters.length > 0) report(`${matters.join('\n')}\nagain: ${again}`);
        return verdict;
      },
    );
    const stalls = verdicts.flatMap((verdict, index) =>
      'stalled' in verdict ? [{ path: path ?? `${index}`, reason: verdict.stalled }] : [],
    );
    const outcomes: Record<string, number> = {};
    for (const { outcome } of verdicts) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const failures = verdicts.flatMap(({ problems }, index) => (problems.length > 0 ? [{ index, problems }] : []));
    const [first] = failures;
    const testCase = first && sampled[first.index];
    const found = first && testCase && { testCase, path: path ?? `${first.index}`, problems: first.problems };
    const failure = found && path === undefined ? await shrink(pool, arbitrary, seed, found) : found;
    return { runs: sampled.length, outcomes, failure, failures: failures.length, stalls, givenUp: pool.givenUp };
  } finally {
    await pool.close();
  }
}

interface Place {
  readonly seed: number;
  readonly path: string;
  readonly kind?: Kind;
}

/** How to see one case again. */
export const commandFor = ({ seed, path, kind = 'cases' }: Place) =>
  `npm run random-faults -- ${kind === 'cases' ? '' : `--${kind} `}--seed ${seed} --path ${path}`;

/** @returns which kind of case it is */
export function kindOf(testCase: TestCase): Kind {
  if (!('actions' in testCase)) return 'cases';
  return testCase.process === 'sequence' ? 'sequences' : 'resets';
}

/** What is known of a case that did not come to an end: that it broke no rule until then is not. */
function stallOf(error: unknown): Verdict & { readonly stalled: string } {
  if (!(error instanceof StalledError)) throw error;
  return { outcome: 'stalled', problems: [], stalled: error.message };
}

async function shrink(pool: Runner, arbitrary: fc.Arbitrary<TestCase>, seed: number, found: Failure): Promise<Failure> {
  let problems = found.problems;
  const property = fc.asyncProperty(arbitrary, async (testCase) => {
    // A smaller case that does not come to an end has broken no rule.
    const verdict = await pool.run(testCase).catch(stallOf);
    if (verdict.problems.length === 0) return;
    ({ problems } = verdict);
    throw new Error(problems.join('; '));
  });
  const { counterexample, counterexamplePath } = await fc.check(property, {
    seed,
    path: found.path,
    numRuns: 1,
    interruptAfterTimeLimit: shrinking,
  });
  const [testCase] = counterexample ?? [];
  return testCase && counterexamplePath ? { testCase, path: counterexamplePath, problems } : found;
}
