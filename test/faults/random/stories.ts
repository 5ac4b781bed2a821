import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { CheckoutEnvironment } from '../../workflows/environment.ts';
import { inTurns } from '../in-turns.ts';
import { brokenRules } from '../rules.ts';
import type { Trial } from '../trial.ts';
import { play } from './play.ts';
import { type Story, stories } from './story.ts';

/** A story after which a rule does not hold. */
export interface Failure {
  readonly story: Story;
  /** Leads from the seed to the story, together with its number of runs. */
  readonly path: string;
  readonly problems: readonly string[];
}

export interface Result {
  readonly runs: number;
  /** How often each outcome came about. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The first one, made as small as it gets; and how many there were. */
  readonly failure: Failure | undefined;
  readonly failures: number;
}

const sideBySide = 8;
/** How long to look for a smaller story that fails as well: milliseconds. */
const shrinking = 60_000;

/** Plays as many stories as asked for, or the one that `path` leads to; the same seed gives the same stories. */
export async function runStories({
  runs,
  seed,
  path,
}: {
  readonly runs: number;
  readonly seed: number;
  readonly path?: string | undefined;
}): Promise<Result> {
  const environment = await CheckoutEnvironment.create({ timeIsFree: true });
  const theatre = new Theatre(environment);
  try {
    const told = fc.sample(stories, {
      seed,
      numRuns: path === undefined ? runs : 1,
      ...(path !== undefined && { path }),
    });
    const results = await inTurns(told, sideBySide, (story) => theatre.play(story));
    const outcomes: Record<string, number> = {};
    for (const { outcome } of results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const failures = results.flatMap(({ problems }, index) => (problems.length > 0 ? [{ index, problems }] : []));
    const [first] = failures;
    const story = first && told[first.index];
    const found = first && story && { story, path: path ?? `${first.index}`, problems: first.problems };
    const failure = found && path === undefined ? await shrink(theatre, seed, found) : found;
    return { runs: told.length, outcomes, failure, failures: failures.length };
  } finally {
    theatre.close();
    await environment.close();
  }
}

async function shrink(theatre: Theatre, seed: number, found: Failure): Promise<Failure> {
  let problems = found.problems;
  const property = fc.asyncProperty(stories, async (story) => {
    const result = await theatre.play(story);
    if (result.problems.length === 0) return;
    ({ problems } = result);
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

/** Where stories are played, side by side. */
class Theatre {
  readonly #environment: CheckoutEnvironment;
  readonly #playing = new Set<Trial>();
  readonly #watch: NodeJS.Timeout;
  #seen = -1;
  #still = 0;

  constructor(environment: CheckoutEnvironment) {
    this.#environment = environment;
    this.#watch = setInterval(() => void this.#mindTheClock(), 1_000);
  }

  async play(story: Story): Promise<{ outcome: string; problems: string[] }> {
    let playing: Trial | undefined;
    try {
      const trial = await play(this.#environment, story, `random-${randomUUID()}`, (begun) => {
        playing = begun;
        this.#playing.add(begun);
      });
      const problems = await brokenRules(trial);
      if (trial.outcome === 'none') problems.push(`it ended without a result: ${trial.reason}`);
      return { outcome: trial.outcome, problems };
    } finally {
      if (playing) this.#playing.delete(playing);
    }
  }

  close(): void {
    clearInterval(this.#watch);
  }

  /**
   * The server forgets that an activity holds its clock when the activity comes back after the end of its workflow, as it
   * may after a cancellation. Where nothing has been called for some time the clock is let go.
   */
  async #mindTheClock(): Promise<void> {
    const calls = [...this.#playing].flatMap(({ services }) => services.callers);
    const seen = calls.length + calls.filter(({ endedAt }) => endedAt !== undefined).length;
    this.#still = seen === this.#seen ? this.#still + 1 : 0;
    this.#seen = seen;
    if (this.#still < 3 || this.#playing.size === 0) return;
    this.#still = 0;
    await this.#environment.clock.release().catch(() => undefined);
  }
}
