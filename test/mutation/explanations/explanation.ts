import type { Survivor } from '../result.ts';

/** Why no test can, or need, notice a change. */
export interface Explanation extends Pick<Survivor, 'file' | 'before' | 'after'> {
  readonly why: string;
}
