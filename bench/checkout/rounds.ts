import type { Report } from '../../parts/report.ts';
import { type ProcessorTime, processorTimeOf } from '../process-figures.ts';
import type { BenchSystem } from './bench-system.ts';
import { awaitConsequences } from './consequences.ts';
import { keepUnderWay, type Load } from './load.ts';
import type { BenchOptions } from './options.ts';
import { createSubjects, type SubjectName, subjectNames, subjectTitles } from './subjects.ts';

/** What one subject did in one round, and what that cost. */
export interface Measurement extends Load {
  /** Seconds from the last result until everything that follows from it was recorded. */
  readonly behind: number;
  /** Milliseconds of processor time for one run, by the name of the process. */
  readonly processorTime: ProcessorTime;
}

export type Round = Readonly<Record<SubjectName, Measurement>>;

/** Runs the subjects in turn, round after round, so that what the machine does besides hits all of them alike. */
export async function runRounds(bench: BenchSystem, options: BenchOptions, report: Report): Promise<Round[]> {
  const subjects = createSubjects(bench.temporal, bench.checkouts);
  const rounds: Round[] = [];
  let completed = 0;

  const measure = async (name: SubjectName): Promise<Measurement> => {
    const before = bench.usages();
    const load = await keepUnderWay(subjects[name], options);
    const ended = performance.now();
    if (name === 'checkout' || name === 'sample') completed += load.timings.length;
    await awaitConsequences(bench.database, completed);
    const behind = (performance.now() - ended) / 1_000;
    return { ...load, behind, processorTime: processorTimeOf(before, bench.usages(), load.timings.length) };
  };

  for (let number = 0; number <= options.rounds; number++) {
    const round: Partial<Record<SubjectName, Measurement>> = {};
    for (const name of subjectNames) round[name] = await measure(name);
    const rates = subjectNames.map((name) => `${subjectTitles[name]} ${round[name]?.perSecond.toFixed(1)}/s`);
    report(`${number === 0 ? 'Warm-up' : `Round ${number} of ${options.rounds}`}: ${rates.join(', ')}`);
    if (number > 0) rounds.push(round as Round);
  }
  return rounds;
}
