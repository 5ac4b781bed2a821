import type { Story } from '../random/story.ts';

/** Whether `stalling-process.ts` never ends this story. */
export const stallsAt = (story: Story): boolean => JSON.stringify(story).length % 12 === 0;
