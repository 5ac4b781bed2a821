import type { Explanation } from './explanations/explanation.ts';
import { kit } from './explanations/kit.ts';
import { rules } from './explanations/rules.ts';
import { stores } from './explanations/stores.ts';
import type { Survivor } from './result.ts';

export const explanations: readonly Explanation[] = [...rules, ...kit, ...stores];

/** @returns `undefined` when the survivor is a gap in the tests */
export const explain = ({ file, before, after }: Survivor): string | undefined =>
  explanations.find((one) => one.file === file && one.before === before && one.after === after)?.why;
