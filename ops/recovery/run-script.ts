import type { Command } from 'commander';
import { CommandError } from '../../parts/command.ts';
import { ConfigurationError } from '../../platform/configuration.ts';

/** Standard output is for the result. */
export const report = (line: string): void => void process.stderr.write(`${line}\n`);

/** Runs a script to its end: 2 where only people can help, as every process says it. */
export async function runScript(run: () => Promise<number>): Promise<never> {
  try {
    process.exitCode = await run();
  } catch (error) {
    if (!(error instanceof ConfigurationError || error instanceof CommandError)) throw error;
    report(error.message);
    process.exitCode = 2;
  }
  process.exit();
}

/** The value of an option that has to be given. What a script does not know is named before what it lacks. */
export function requiredOption(script: Command, option: string): string {
  const value: unknown = script.parse().opts()[option];
  return typeof value === 'string' ? value : script.error(`error: --${option} is missing: see --help`);
}
