import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type PlantedBug, plant } from './bug.ts';
import type { ProjectCopy } from './copy.ts';
import { type FailedTest, runTests } from './jest.ts';

/** What became of one bug. */
export interface Trial {
  readonly bug: PlantedBug;
  /** `not tried`: the change does not fit, or no test ran with it; `complaint` says why. */
  readonly outcome: 'caught' | 'SURVIVED' | 'not tried';
  /** The first test that failed. */
  readonly caughtBy?: FailedTest;
  readonly complaint?: string;
  readonly seconds: number;
}

/** Plants one bug in the copy, runs the tests that ought to catch it, and takes it out again. */
export async function tryBug(copy: ProjectCopy, bug: PlantedBug, signal: AbortSignal): Promise<Trial> {
  const start = performance.now();
  const file = path.join(copy.folder, bug.file);
  const ended = (trial: Omit<Trial, 'bug' | 'seconds'>): Trial => ({
    bug,
    ...trial,
    seconds: Math.round((performance.now() - start) / 1_000),
  });
  const original = await readFile(file, 'utf8').catch(() => '');
  let broken: string;
  try {
    broken = plant(original, bug);
  } catch (error) {
    return ended({ outcome: 'not tried', complaint: (error as Error).message });
  }
  try {
    await writeFile(file, broken);
    const { project, file: testFile, named } = bug.tests;
    const { ran, failed, output } = await runTests(copy, { project, files: [testFile], named: [named] }, signal);
    if (failed[0]) return ended({ outcome: 'caught', caughtBy: failed[0] });
    if (ran > 0) return ended({ outcome: 'SURVIVED' });
    return ended({ outcome: 'not tried', complaint: `${bug.name}: no test ran\n${output}` });
  } finally {
    await writeFile(file, original);
  }
}

/**
 * Runs the same tests without any bug: where one fails already, it proves nothing.
 *
 * @returns complaints: the tests that fail, and the projects of which no test ran
 */
export async function tryWithoutBug(
  copy: ProjectCopy,
  bugs: readonly PlantedBug[],
  signal: AbortSignal,
): Promise<string[]> {
  const complaints: string[] = [];
  const projects = Map.groupBy(bugs, ({ tests }) => tests.project);
  for (const [project, ofProject] of projects) {
    const files = [...new Set(ofProject.map(({ tests }) => tests.file))];
    const named = ofProject.map(({ tests }) => tests.named);
    const { ran, failed, output } = await runTests(copy, { project, files, named }, signal);
    if (ran === 0) complaints.push(`no test of ${project} ran\n${output}`);
    complaints.push(...failed.map(({ file, name }) => `it fails without any bug: ${file}: ${name}`));
  }
  return complaints;
}
