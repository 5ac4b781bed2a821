import { z } from 'zod';
import { describeScript } from '../../platform/script.ts';
import { count, readBenchOptions, seconds } from '../options.ts';

const optionsSchema = z.object({
  rounds: count(1_000),
  // A consumer that is frozen for much longer, while its queue is filled, loses its connection.
  seconds: seconds(20),
  json: z.boolean().default(false),
  check: z.boolean().default(false),
});

export type MessagingBenchOptions = z.infer<typeof optionsSchema>;

/** Reads the command line; a wrong value ends the process with 2 and one line for each. */
export function readOptions(parameters: readonly string[]): MessagingBenchOptions {
  const command = describeScript(
    'npm run bench:messaging --',
    'Measures bridge and ledger consumer against raw amqplib and raw pg doing the same, in one run.',
  )
    .option('--rounds <number>', 'rounds that count, after one to warm up', Number, 5)
    .option('--seconds <number>', 'how long each of the five runs in a round', Number, 5);
  return readBenchOptions(command, optionsSchema, parameters);
}
