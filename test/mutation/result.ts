import { z } from 'zod';

const position = z.object({ line: z.int(), column: z.int() });

/** What Stryker writes, as far as it is read here. */
export const strykerReportSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.string(),
      mutants: z.array(
        z.object({
          mutatorName: z.string(),
          replacement: z.string(),
          status: z.enum(['Killed', 'Survived', 'NoCoverage', 'Timeout', 'RuntimeError', 'CompileError', 'Ignored']),
          location: z.object({ start: position, end: position }),
        }),
      ),
    }),
  ),
});

/** A change that no test noticed. */
export interface Survivor {
  readonly file: string;
  readonly line: number;
  /** The line as it is, and as it was. The middle of what spans several lines is left out. */
  readonly before: string;
  readonly after: string;
  /** `false`: no test even reaches it. */
  readonly isReached: boolean;
}

/** What became of the mutants of one file. */
export interface FileResult {
  readonly file: string;
  readonly mutants: number;
  readonly killed: number;
  /** Killed because the tests did not come to their end. */
  readonly timedOut: number;
  readonly survivors: readonly Survivor[];
}

type StrykerReport = z.infer<typeof strykerReportSchema>;
type Mutant = StrykerReport['files'][string]['mutants'][number];

/** Mutants that do not run at all, and those that are left out, prove nothing: they are not counted. */
export function readResults({ files }: StrykerReport): FileResult[] {
  return Object.entries(files).map(([file, { source, mutants }]) => {
    const having = (...statuses: readonly Mutant['status'][]) =>
      mutants.filter(({ status }) => statuses.includes(status));
    const survivors = having('Survived', 'NoCoverage').map((mutant) => describeSurvivor(file, source, mutant));
    const killed = having('Killed').length;
    const timedOut = having('Timeout').length;
    return { file, mutants: killed + timedOut + survivors.length, killed, timedOut, survivors };
  });
}

function describeSurvivor(file: string, source: string, { location, replacement, status }: Mutant): Survivor {
  const { start, end } = location;
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const first = lines[0] ?? '';
  const last = lines.at(-1) ?? '';
  return {
    file,
    line: start.line,
    before: onOneLine(lines.length > 1 ? `${first} … ${last.trim()}` : first),
    after: onOneLine(`${first.slice(0, start.column - 1)}${replacement}${last.slice(end.column - 1)}`),
    isReached: status === 'Survived',
  };
}

const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** The part of all mutants that was noticed, in percent. */
export function scoreOf(results: readonly FileResult[]): number {
  const sum = (count: (result: FileResult) => number) => results.reduce((total, result) => total + count(result), 0);
  const mutants = sum((result) => result.mutants);
  return mutants === 0 ? 100 : (100 * sum(({ killed, timedOut }) => killed + timedOut)) / mutants;
}
