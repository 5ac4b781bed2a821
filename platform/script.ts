import { Command } from 'commander';

/**
 * The command line of an npm script: `--help` says what it does, and wrong usage ends the process with 2 and one line
 * before anything has been done.
 *
 * @param name as people type it: `npm run soak --`
 */
export function describeScript(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}
