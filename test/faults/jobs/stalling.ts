import type { ProcessCase } from '../random/test-case.ts';

/** Whether `stalling-process.ts` never ends this case. */
export const stallsAt = (testCase: ProcessCase): boolean => JSON.stringify(testCase).length % 12 === 0;
