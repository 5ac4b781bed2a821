import type { Explanation } from './explanation.ts';

export const kit: readonly Explanation[] = [];
