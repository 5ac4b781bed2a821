/** Something that has to be reached; `met` is undefined where it was not measured. */
export interface Target {
  readonly title: string;
  readonly found: string;
  readonly met: boolean | undefined;
}

/** One line for each target: `✓ at most 28 events in its history: 26`. */
export const describeTargets = (targets: readonly Target[]): string[] =>
  targets.map(({ title, found, met }) => `${met === undefined ? '–' : met ? '✓' : '✗'} ${title}: ${found}`);
