import { fileURLToPath } from 'node:url';
import { table } from '../../platform/table.ts';
import type { Trial } from './trial.ts';

export const documentFile = fileURLToPath(new URL('../../docs/planted-bugs.md', import.meta.url));

const introduction = `# Planted bugs

<!-- Written by \`npm run planted-bugs -- --write\` from test/planted-bugs/bugs: change the bugs, not this page. -->

Tests are worth what they catch. \`npm run planted-bugs\` copies the project to a temporary folder, puts one of these bugs at a time into the copy, and runs the tests that ought to notice; it fails when a bug survives. \`--only <name>\` tries one of them, \`--json\` prints the result for programs. That every bug still fits the code is checked on each run of the tests.`;

/** One line about one bug, as soon as it is known. */
export function describeTrial({ bug, outcome, caughtBy, complaint, seconds }: Trial): string {
  const mark = outcome === 'caught' ? '✓' : '✗';
  const how = caughtBy
    ? `caught by ${caughtBy.file}: ${caughtBy.name}`
    : (complaint ?? `${outcome}: ${bug.consequence}`);
  return `${mark} ${bug.name} (${seconds} s): ${how}`;
}

/** The table at the end. */
export function describeTrials(trials: readonly Trial[]): string {
  const rows = trials.map(({ bug, outcome, caughtBy, seconds }) => [
    bug.name,
    outcome,
    caughtBy ? `${caughtBy.file}: ${caughtBy.name}` : bug.consequence,
    seconds,
  ]);
  return table(['bug', 'outcome', 'caught by, or what would happen', 'seconds'], rows);
}

/** docs/planted-bugs.md. */
export function toMarkdown(trials: readonly Trial[]): string {
  const rows = trials.map(({ bug, outcome, caughtBy }) => [
    `\`${bug.name}\``,
    bug.consequence,
    bug.file,
    caughtBy ? `${caughtBy.file}: ${caughtBy.name}` : outcome,
  ]);
  const head = ['bug', 'what would happen', 'where', 'the test that catches it'];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${introduction}\n\n${lines.join('\n')}\n`;
}
