import type { Survivor } from './result.ts';

/** Why no test can, or need, notice a change. */
interface Explanation extends Pick<Survivor, 'file' | 'before' | 'after'> {
  readonly why: string;
}

const explanations: readonly Explanation[] = [];

/** @returns `undefined` when the survivor is a gap in the tests */
export const explain = ({ file, before, after }: Survivor): string | undefined =>
  explanations.find((one) => one.file === file && one.before === before && one.after === after)?.why;
