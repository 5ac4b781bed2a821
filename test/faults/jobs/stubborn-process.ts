import { setTimeout as delay } from 'node:timers/promises';
import { serveJobs } from './serve.ts';

/** What a job of the tests does. */
export type StubbornJob = 'answer' | 'break a rule' | 'never end' | 'exit' | 'throw where nobody waits';

await serveJobs(async () => async (job: StubbornJob): Promise<string> => {
  switch (job) {
    case 'answer':
      return 'an answer';
    case 'break a rule':
      throw new Error('a rule is broken');
    case 'exit':
      return process.exit(7);
    case 'throw where nobody waits':
      setTimeout(() => {
        throw new Error('nobody waited');
      }, 10);
      return delay(60_000, 'too late');
    default:
      return new Promise(() => undefined);
  }
});
