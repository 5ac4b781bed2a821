import type { Usages } from './processes.ts';
import { median } from './statistics.ts';
import { megabytes, row } from './table.ts';

/** Processor time for one run, by the name of the process. */
export type ProcessorTime = ReadonlyMap<string, number>;

/** By process, then by subject. */
export type ProcessorTimes<Subject extends string> = Readonly<Record<string, Readonly<Record<Subject, number>>>>;

/** Bytes, by process. */
export type Memory = Readonly<Record<string, { readonly before: number; readonly after: number }>>;

/** Milliseconds of processor time that each process took for one run. */
export function processorTimeOf(before: Usages, after: Usages, runs: number): ProcessorTime {
  return new Map(
    [...after].map(([process, { processorTime }]) => {
      const milliseconds = processorTime - (before.get(process)?.processorTime ?? 0);
      return [process, milliseconds / runs] as const;
    }),
  );
}

/** The medians over the rounds. */
export function medianTimes<Subject extends string>(
  processes: Iterable<string>,
  subjects: readonly Subject[],
  rounds: readonly Readonly<Record<Subject, { readonly processorTime: ProcessorTime }>>[],
): ProcessorTimes<Subject> {
  const timeOf = (process: string, subject: Subject) =>
    median(rounds.map((round) => round[subject].processorTime.get(process) ?? 0));
  return Object.fromEntries(
    Array.from(processes, (process) => [
      process,
      Object.fromEntries(subjects.map((subject) => [subject, timeOf(process, subject)])) as Record<Subject, number>,
    ]),
  );
}

export function memoryBetween(before: Usages, after: Usages): Memory {
  const bytes = (usages: Usages, process: string) => usages.get(process)?.residentMemory ?? 0;
  return Object.fromEntries(
    Array.from(after.keys(), (process) => [process, { before: bytes(before, process), after: bytes(after, process) }]),
  );
}

/** The lines of a table: times by subject, memory at the start and at the end, and the sums of the times. */
export function describeProcesses<Subject extends string>(
  times: ProcessorTimes<Subject>,
  memory: Memory,
  subjects: readonly Subject[],
  format: (time: number) => string,
): string[] {
  const processes = Object.keys(times);
  const timeOf = (process: string, subject: Subject) => times[process]?.[subject] ?? 0;
  const sums = subjects.map((subject) => processes.reduce((sum, process) => sum + timeOf(process, subject), 0));
  return [
    ...processes.map((process) => {
      const { before = 0, after = 0 } = memory[process] ?? {};
      const ofProcess = subjects.map((subject) => format(timeOf(process, subject)));
      return row(process, [...ofProcess, megabytes(before), megabytes(after)]);
    }),
    row('together', sums.map(format)),
  ];
}
