import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { table } from '../../platform/table.ts';
import { explain } from './explained.ts';
import { type Part, parts } from './parts.ts';
import { type FileResult, scoreOf } from './result.ts';

const documentFile = fileURLToPath(new URL('../../docs/mutation.md', import.meta.url));

/** Below it a part has failed. */
const wantedScore = 80;

/** A part that was tried. */
export interface PartResult {
  readonly part: Part;
  readonly files: readonly FileResult[];
  /** What Stryker could not try, one line each. */
  readonly failed: readonly string[];
  readonly minutes: number;
}

const percent = (files: readonly FileResult[]): string => `${scoreOf(files).toFixed(1)} %`;

const numbers = (name: string, files: readonly FileResult[]): (string | number)[] => {
  const survivors = files.flatMap((file) => file.survivors);
  const sum = (count: (file: FileResult) => number) => files.reduce((total, file) => total + count(file), 0);
  return [
    name,
    sum(({ mutants }) => mutants),
    sum(({ killed }) => killed),
    sum(({ timedOut }) => timedOut),
    survivors.length,
    survivors.filter((survivor) => explain(survivor) === undefined).length,
    percent(files),
  ];
};

const head = ['file', 'mutants', 'killed', 'timed out', 'survived', 'unexplained', 'score'];

const rowsOf = (files: readonly FileResult[]) => [
  ...files.map((file) => numbers(file.file, [file])),
  ...(files.length > 1 ? [numbers('all', files)] : []),
];

/** For the terminal: the figures of a part. */
export const describePart = ({ part, files, minutes }: PartResult): string =>
  `${part.name}, ${minutes} min\n\n${table(head, rowsOf(files))}`;

/** For the terminal: each survivor that is not explained. */
export function describeFiles(files: readonly FileResult[]): string {
  const gaps = files.flatMap(({ survivors }) => survivors).filter((survivor) => explain(survivor) === undefined);
  if (gaps.length === 0) return 'No mutant survived without an explanation.';
  return gaps
    .map(({ file, line, before, after, isReached }) => {
      const reach = isReached ? 'no test notices' : 'no test reaches';
      return `${file}:${line} ${reach}\n  - ${before}\n  + ${after}`;
    })
    .join('\n\n');
}

/** What is wrong with a part, one line each. */
export function complaints({ part, files, failed }: PartResult): string[] {
  const score = scoreOf(files);
  const low = `${part.name}: ${score.toFixed(1)} % of the mutants were noticed, less than ${wantedScore} %`;
  return [...failed, ...(score < wantedScore ? [low] : [])];
}

/** Writes the part's section of docs/mutation.md; the others stay as they are. */
export async function writeSection(result: PartResult, commit: string): Promise<void> {
  const { name } = result.part;
  const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const text = await readFile(documentFile, 'utf8');
  const [before, rest] = text.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/mutation.md has no section ${start} … ${end}`);
  await writeFile(documentFile, `${before}${start}\n\n${toMarkdown(result, commit)}\n\n${end}${after}`);
}

function toMarkdown({ part, files, minutes }: PartResult, commit: string): string {
  const survivors = files.flatMap((file) => file.survivors);
  const code = (text: string) => `\`\`${text.replaceAll('|', '\\|')}\`\``;
  return [
    `${part.description}. Measured on ${commit}, in ${minutes} min.`,
    markdownTable(head, rowsOf(files)),
    survivors.length === 0
      ? 'No mutant survived.'
      : markdownTable(
          ['survivor', 'instead of', 'why no test notices'],
          survivors.map((survivor) => [
            `${survivor.file}: ${code(survivor.after)}`,
            code(survivor.before),
            explain(survivor) ?? `**a gap** (${survivor.isReached ? 'no test notices' : 'no test reaches it'})`,
          ]),
        ),
  ].join('\n\n');
}

const markdownTable = (columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** The files that can be mutated, and the part of each. */
export const mutatedFiles = parts.flatMap(({ targets }) => targets.flatMap(({ files }) => files));
