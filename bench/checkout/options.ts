import { z } from 'zod';
import { describeScript } from '../../platform/script.ts';
import { count, readBenchOptions } from '../options.ts';

const optionsSchema = z.object({
  rounds: count(1_000),
  concurrency: count(1_000),
  seconds: count(3_600),
  skipMemory: z.boolean().default(false),
  json: z.boolean().default(false),
  check: z.boolean().default(false),
});

export type BenchOptions = z.infer<typeof optionsSchema>;

/** Reads the command line; a wrong value ends the process with 2 and one line for each. */
export function readOptions(parameters: readonly string[]): BenchOptions {
  const command = describeScript(
    'npm run bench --',
    'Measures the checkout against a bare workflow and against the way of Temporal’s saga sample, all on one server and in one run.',
  )
    .option('--rounds <number>', 'rounds that count, after one to warm up', Number, 5)
    .option('--concurrency <number>', 'how many are in flight at the same time', Number, 10)
    .option('--seconds <number>', 'how long each of the four runs in a round', Number, 10)
    .option('--skip-memory', 'leave out the worker with 1,000 open checkouts');
  return readBenchOptions(command, optionsSchema, parameters);
}
