import type { Command } from 'commander';
import { z } from 'zod';

/** An option that is a whole number from 1 on. */
export function count(most: number) {
  const error = `it is a whole number from 1 to ${most.toLocaleString('en')}`;
  return z.coerce.number({ error }).int(error).min(1, error).max(most, error);
}

/** An option that is a number of seconds above 0. */
export function seconds(most: number) {
  const error = `it is a number of seconds above 0, at most ${most}`;
  return z.coerce.number({ error }).positive(error).max(most, error);
}

/** Reads the command line of a bench; a wrong value ends the process with 2 and one line for each. */
export function readBenchOptions<Options>(
  command: Command,
  schema: z.ZodType<Options>,
  parameters: readonly string[],
): Options {
  command
    .option('--json', 'print one JSON object')
    .option('--check', 'exit with 1 when a target is missed')
    .parse(parameters);
  const result = schema.safeParse(command.opts());
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues) process.stderr.write(`--${path.join('.')}: ${message}\n`);
  process.exit(2);
}
