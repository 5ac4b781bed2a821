import type { Ending } from '../random/process.ts';
import type { Story } from '../random/story.ts';
import { serveJobs } from './serve.ts';
import { stallsAt } from './stalling.ts';

/** Plays stories as on a machine where some of them never get on. */
await serveJobs(
  async () =>
    async (story: Story): Promise<Ending> =>
      stallsAt(story) ? new Promise(() => undefined) : { outcome: 'completed', problems: [] },
);
