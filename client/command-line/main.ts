import { type Command, CommanderError } from 'commander';
import { shedShell } from '../../platform/shell.ts';
import type { Act } from './act.ts';
import { printAnswer, printComplaint } from './answer.ts';
import { complaintOf } from './complaint.ts';
import { createProgram } from './program.ts';
import { repeat, repetitionOf } from './repetition.ts';
import { Session } from './session.ts';

shedShell();

const json = process.argv.includes('--json');

// Who reads has gone, as `head` does.
process.stdout.on('error', () => process.exit(0));
process.stderr.on('error', () => undefined);
process.on('uncaughtException', (error) => exit(printComplaint(complaintOf(error), json)));

let exitCode = 0;

const act: Act =
  (command) =>
  async (...parameters) => {
    const interval = repetitionOf(parameters.at(-1) as Command);
    const session = new Session(json);
    const answer = () => command(session, ...parameters);
    try {
      if (interval !== undefined) await repeat(answer, { interval, json });
      exitCode = printAnswer(await answer(), json);
    } finally {
      await session.close();
    }
  };

try {
  const program = await createProgram(act, process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  const isHelp = error instanceof CommanderError && error.exitCode === 0;
  exitCode = isHelp ? 0 : printComplaint(complaintOf(error), json);
}
exit(exitCode);

/** Ends at once, after what was written has left: idle connections would keep the process for minutes. */
function exit(code: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}
