import fc from 'fast-check';
import { inTurns } from '../in-turns.ts';
import { JobPool, StalledError } from '../jobs/pool.ts';
import { type Life, lives } from './life.ts';
import type { Ending } from './process.ts';
import { type RealLife, realLives } from './real-server/life.ts';
import { type Story, stories } from './story.ts';

/** Single processes; lives of ids, in which runs are terminated, forgotten and started again; such lives on a real server. */
export type Kind = 'stories' | 'lives' | 'resets';

type Told = Story | Life | RealLife;

/** What plays a story to its end. */
export interface Player {
  run(story: Told): Promise<Ending>;
  close(): Promise<void>;
  /** How many processes were given up because their test server stood still. */
  readonly givenUp: number;
  /** How many it plays at the same time. Default: 16. */
  readonly sideBySide?: number;
}

/** A story after which a rule does not hold. */
export interface Failure {
  readonly story: Told;
  /** Leads from the seed to the story, together with its number of runs. */
  readonly path: string;
  readonly problems: readonly string[];
}

/** A story that no process could play to its end: there is no verdict on it. */
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
  /** What is played. Default: single processes. */
  readonly kind?: Kind;
  /** Told of each process that is given up. */
  readonly report: (line: string) => void;
  /** Called after each story. */
  readonly onEnd?: () => void;
  /** Default: processes that play the stories with `file`. */
  readonly player?: Player;
  /** The program that plays the stories. Default: `process.ts`. */
  readonly file?: URL;
  /** Milliseconds without the end of any story, after which a process is given up. Default: 30,000. */
  readonly stallTimeoutMs?: number;
}

/** How many seeds there are. */
export const seeds = 1_000_000_000;

const arbitraries: Readonly<Record<Kind, fc.Arbitrary<Told>>> = { stories, lives, resets: realLives };

const processes = 2;
/** How many stories a process plays at the same time. */
const sideBySide = 8;
const storiesEach = 100;
/** Most stories take less than one second. */
const defaultStallTimeoutMs = 30_000;
/** How long to look for a smaller story that fails as well: milliseconds. */
const shrinking = 60_000;

/**
 * Plays as many stories as asked for, or the one that `path` leads to; the same seed gives the same stories. One that does
 * not come to an end takes nothing from the verdict on the others.
 */
export async function runStories({
  runs,
  seed,
  path,
  kind = 'stories',
  report,
  onEnd,
  ...options
}: Options): Promise<Result> {
  const { file = new URL('process.ts', import.meta.url), stallTimeoutMs: patience = defaultStallTimeoutMs } = options;
  const pool: Player =
    options.player ?? new JobPool<Told, Ending>({ file, processes, jobsEach: storiesEach, patience, report });
  try {
    const arbitrary = arbitraries[kind];
    const told = fc.sample(arbitrary, {
      seed,
      numRuns: path === undefined ? runs : 1,
      ...(path !== undefined && { path }),
    });
    const endings = await inTurns(
      [...told.entries()],
      pool.sideBySide ?? processes * sideBySide,
      async ([index, story]) => {
        const ending = await pool.run(story).catch(stallOf);
        onEnd?.();
        const matters = 'stalled' in ending ? [ending.stalled] : ending.problems;
        const again = commandFor({ seed, path: path ?? `${index}`, kind });
        if (matters.length > 0) report(`${matters.join('\n')}\nagain: ${again}`);
        return ending;
      },
    );
    const stalls = endings.flatMap((ending, index) =>
      'stalled' in ending ? [{ path: path ?? `${index}`, reason: ending.stalled }] : [],
    );
    const outcomes: Record<string, number> = {};
    for (const { outcome } of endings) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const failures = endings.flatMap(({ problems }, index) => (problems.length > 0 ? [{ index, problems }] : []));
    const [first] = failures;
    const story = first && told[first.index];
    const found = first && story && { story, path: path ?? `${first.index}`, problems: first.problems };
    const failure = found && path === undefined ? await shrink(pool, arbitrary, seed, found) : found;
    return { runs: told.length, outcomes, failure, failures: failures.length, stalls, givenUp: pool.givenUp };
  } finally {
    await pool.close();
  }
}

interface Place {
  readonly seed: number;
  readonly path: string;
  readonly kind?: Kind;
}

/** How to see one story again. */
export const commandFor = ({ seed, path, kind = 'stories' }: Place) =>
  `npm run random-faults -- ${kind === 'stories' ? '' : `--${kind} `}--seed ${seed} --path ${path}`;

/** @returns which kind of story it is */
export function kindOf(story: Told): Kind {
  if (!('moves' in story)) return 'stories';
  return story.process === 'life' ? 'lives' : 'resets';
}

/** What is known of a story that did not come to an end: that it broke no rule until then is not. */
function stallOf(error: unknown): Ending & { readonly stalled: string } {
  if (!(error instanceof StalledError)) throw error;
  return { outcome: 'stalled', problems: [], stalled: error.message };
}

async function shrink(pool: Player, arbitrary: fc.Arbitrary<Told>, seed: number, found: Failure): Promise<Failure> {
  let problems = found.problems;
  const property = fc.asyncProperty(arbitrary, async (story) => {
    // A smaller story that does not come to an end has broken no rule.
    const ending = await pool.run(story).catch(stallOf);
    if (ending.problems.length === 0) return;
    ({ problems } = ending);
    throw new Error(problems.join('; '));
  });
  const { counterexample, counterexamplePath } = await fc.check(property, {
    seed,
    path: found.path,
    numRuns: 1,
    interruptAfterTimeLimit: shrinking,
  });
  const [story] = counterexample ?? [];
  return story && counterexamplePath ? { story, path: counterexamplePath, problems } : found;
}
