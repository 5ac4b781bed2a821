import { Command } from 'commander';
import { outliveReaders } from './output.ts';
import { shedShell } from './shell.ts';

/**
 * The command line of an npm script: `--help` says what it does, and wrong usage ends the process with 2 and one line
 * before anything has been done. The script sees none of what a shell brings unasked, and outlives those who read it.
 *
 * @param name as people type it: `npm run soak --`
 */
export function describeScript(name: string, description: string): Command {
  shedShell();
  outliveReaders();
  return new Command(name)
    .description(description)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}
