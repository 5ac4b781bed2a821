import { InvalidArgumentError } from 'commander';
import { RoleError } from '../../ops/system/role-runner.ts';
import { PartError } from '../../parts/index.ts';

/** Standard output is for the result. */
export const report = (line: string): void => void process.stderr.write(`${line}\n`);

class Interrupted extends Error {}

/**
 * Runs a script to its end, or until it is interrupted; ends the process.
 *
 * @param run is given what aborts it, and returns the exit code
 */
export async function runInterruptibly(run: (signal: AbortSignal) => Promise<number>): Promise<never> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      report('Stopping …');
      interruption.abort(new Interrupted());
    });
  }
  try {
    process.exitCode = await run(interruption.signal);
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof PartError || error instanceof RoleError) report(error.message);
    else if (!(error instanceof Interrupted)) throw error;
  }
  // Calls that an interruption has left behind must not hold the process up.
  process.exit();
}

/** Reads the value of an option. */
export function numberFrom(least: number, most: number, what: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a number of ${what} from ${least} to ${most}.`);
  };
}
