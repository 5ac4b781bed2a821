import type { Failure } from './stories.ts';

/** What does not hold, after what, and how to see it again. */
export function describeFailure({ story, path, problems }: Failure, seed: number): string {
  return [
    ...problems.map((problem) => `✗ ${problem}`),
    'after:',
    JSON.stringify(story, undefined, 2),
    `again: npm run random-faults -- --seed ${seed} --path ${path}`,
  ].join('\n');
}
