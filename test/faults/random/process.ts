import { randomUUID } from 'node:crypto';
import { CheckoutEnvironment } from '../../workflows/environment.ts';
import { serveJobs } from '../jobs/serve.ts';
import { brokenRules } from '../rules/index.ts';
import { runCase } from './run-case.ts';
import { runSequence } from './run-sequence.ts';
import type { IdentitySequence } from './sequence.ts';
import type { ProcessCase } from './test-case.ts';

/** What came of a case. */
export interface Verdict {
  readonly outcome: string;
  /** What does not hold. */
  readonly problems: readonly string[];
}

await serveJobs(async () => {
  const environment = await CheckoutEnvironment.create({ timeIsFree: true, withBackOffice: true });
  return async (testCase: ProcessCase | IdentitySequence): Promise<Verdict> => {
    if ('actions' in testCase) return runSequence(environment, testCase, `sequence-${randomUUID()}`);
    const trial = await runCase(environment, testCase, `random-${randomUUID()}`);
    const problems = await brokenRules(trial);
    if (trial.outcome === 'none') problems.push(`it ended without a result: ${trial.reason}`);
    return { outcome: trial.outcome, problems };
  };
});
