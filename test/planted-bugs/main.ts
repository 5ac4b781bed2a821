import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describeScript } from '../../platform/script.ts';
import { plantedBugs } from './bugs/index.ts';
import { copyProject, type ProjectCopy } from './copy.ts';
import { describeTrial, describeTrials, documentFile, toMarkdown } from './report.ts';
import { type Trial, tryBug, tryWithoutBug } from './trial.ts';

const exitCodes = { survived: 1, interrupted: 130 } as const;
const project = fileURLToPath(new URL('../..', import.meta.url));
const say = (line: string) => process.stderr.write(`${line}\n`);

const command = describeScript(
  'npm run planted-bugs --',
  'Breaks a copy of the project in one place at a time and shows which test notices.',
)
  .option('--only <name...>', 'try these bugs only')
  .option('--json', 'print the result as JSON')
  .option('--write', 'write docs/planted-bugs.md')
  .parse();
const { only, json, write } = command.opts<{ only?: string[]; json?: true; write?: true }>();
const names = plantedBugs.map(({ name }) => name);
const unknown = only?.find((name) => !names.includes(name));
if (unknown !== undefined) command.error(`error: there is no planted bug "${unknown}"; there are ${names.join(', ')}`);
const bugs = plantedBugs.filter(({ name }) => only?.includes(name) ?? true);
if (only !== undefined && write) command.error('error: the page lists all bugs; leave --only out to write it');

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());

const copy = await copyProject(project);
try {
  const trials = await tryAll(copy);
  process.stdout.write(json ? `${JSON.stringify(trials, null, 2)}\n` : `\n${describeTrials(trials)}\n`);
  const missed = trials.filter(({ outcome }) => outcome !== 'caught');
  say(`${trials.length - missed.length} of ${trials.length} planted bugs were caught`);
  if (missed.length > 0) process.exitCode = exitCodes.survived;
  else if (write) await writeFile(documentFile, toMarkdown(trials));
} catch (error) {
  if (!interruption.signal.aborted) throw error;
  say('Interrupted; the copy is removed.');
  process.exitCode = exitCodes.interrupted;
} finally {
  await copy.remove();
}

async function tryAll(broken: ProjectCopy): Promise<Trial[]> {
  const { signal } = interruption;
  say('First without any bug …');
  const complaints = await tryWithoutBug(broken, bugs, signal);
  for (const line of complaints) say(`✗ ${line}`);
  if (complaints.length > 0) process.exitCode = exitCodes.survived;
  const trials: Trial[] = [];
  for (const [index, bug] of bugs.entries()) {
    say(`${index + 1}/${bugs.length} ${bug.name} …`);
    const trial = await tryBug(broken, bug, signal);
    say(describeTrial(trial));
    trials.push(trial);
  }
  return trials;
}
