import { z } from 'zod';
import { describeScript } from '../../platform/script.ts';
import { count, readBenchOptions } from '../options.ts';

const optionsSchema = z.object({
  residents: count(200_000),
  checkouts: count(100),
  seconds: count(3_600),
  skipCheckouts: z.boolean().default(false),
  skipMails: z.boolean().default(false),
  json: z.boolean().default(false),
  check: z.boolean().default(false),
});

export type InvoicingBenchOptions = z.infer<typeof optionsSchema>;

/** Reads the command line; a wrong value ends the process with 2 and one line for each. */
export function readOptions(parameters: readonly string[]): InvoicingBenchOptions {
  const command = describeScript(
    'npm run bench:invoicing --',
    'Measures monthly invoicing against raw pg inserting the same rows, and what checkouts notice of it, all in one run.',
  )
    .option('--residents <number>', 'how many are invoiced', Number, 10_000)
    .option('--checkouts <number>', 'how many checkouts are in flight meanwhile', Number, 2)
    .option('--seconds <number>', 'for how long checkouts are measured without a run', Number, 60)
    .option('--skip-checkouts', 'leave out the second run, with checkouts meanwhile')
    .option('--skip-mails', 'end a run when it is in the books, with most of its mails still to be sent');
  return readBenchOptions(command, optionsSchema, parameters);
}
