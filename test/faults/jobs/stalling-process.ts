import type { Verdict } from '../random/process.ts';
import type { ProcessCase } from '../random/test-case.ts';
import { serveJobs } from './serve.ts';
import { stallsAt } from './stalling.ts';

/** Runs cases as on a machine where some of them never get on. */
await serveJobs(
  async () =>
    async (testCase: ProcessCase): Promise<Verdict> =>
      stallsAt(testCase) ? new Promise(() => undefined) : { outcome: 'completed', problems: [] },
);
