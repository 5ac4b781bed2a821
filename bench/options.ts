import type { Command, CommanderError } from 'commander';
import { z } from 'zod';

/** An option that is a whole number from 1 on. */
export const count = (most: number) => z.coerce.number().int().min(1).max(most);

/** Reads the command line of a bench; a wrong value ends the process with 2 and one line for each. */
export function readBenchOptions<Options>(
  command: Command,
  schema: z.ZodType<Options>,
  parameters: readonly string[],
): Options {
  command
    .option('--json', 'print one JSON object')
    .option('--check', 'exit with 1 when a target is missed')
    .exitOverride((error: CommanderError) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(parameters);
  const result = schema.safeParse(command.opts());
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues) process.stderr.write(`--${path.join('.')}: ${message}\n`);
  process.exit(2);
}
