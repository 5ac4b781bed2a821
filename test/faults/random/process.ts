import { randomUUID } from 'node:crypto';
import { CheckoutEnvironment } from '../../workflows/environment.ts';
import { serveJobs } from '../jobs/serve.ts';
import { brokenRules } from '../rules.ts';
import type { Life } from './life.ts';
import { live } from './live.ts';
import { play } from './play.ts';
import type { Story } from './story.ts';

/** What came of a story. */
export interface Ending {
  readonly outcome: string;
  /** What does not hold. */
  readonly problems: readonly string[];
}

await serveJobs(async () => {
  const environment = await CheckoutEnvironment.create({ timeIsFree: true });
  return async (story: Story | Life): Promise<Ending> => {
    if ('moves' in story) return live(environment, story, `life-${randomUUID()}`);
    const trial = await play(environment, story, `random-${randomUUID()}`);
    const problems = await brokenRules(trial);
    if (trial.outcome === 'none') problems.push(`it ended without a result: ${trial.reason}`);
    return { outcome: trial.outcome, problems };
  };
});
