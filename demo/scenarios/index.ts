import type { BackOfficeScenario, ProcessScenarios, Scenario } from '../scenario.ts';
import * as list from './list.ts';

const processes: readonly ProcessScenarios[] = Object.values(list);

/** Placed side by side. */
export const sideBySide: readonly Scenario[] = processes.flatMap((scenarios) => scenarios.sideBySide);

/** Placed while something is down. */
export const outages: readonly Scenario[] = processes.flatMap((scenarios) => scenarios.outages);

/** What the back office does, one after the other. */
export const backOffice: readonly BackOfficeScenario[] = processes.flatMap((scenarios) => scenarios.backOffice ?? []);
