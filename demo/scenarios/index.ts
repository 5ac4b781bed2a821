import type { Scenario } from '../scenario.ts';
import * as processes from './list.ts';

/** Placed side by side. */
export const sideBySide: readonly Scenario[] = Object.values(processes).flatMap((scenarios) => scenarios.sideBySide);

/** Placed while something is down. */
export const outages: readonly Scenario[] = Object.values(processes).flatMap((scenarios) => scenarios.outages);
