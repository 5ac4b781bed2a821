import { access, constants, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../../client/command-line/option-values.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { messageOf, PartError } from '../../parts/part-error.ts';
import { ConfigurationError } from '../../platform/configuration.ts';
import { describeScript } from '../../platform/script.ts';
import { RoleError } from '../system/role-runner.ts';
import { dateFormatHelp, dateReader } from './dates.ts';
import { type FileForm, OrderFileError } from './read.ts';
import { replay } from './replay.ts';
import { describeReport } from './report.ts';

const exitCodes = { differs: 1, failed: 1, wrongInput: 2 } as const;
const say = (line: string) => process.stderr.write(`${line}\n`);

interface Flags extends Omit<FileForm, 'separator'> {
  readonly concurrency: number;
  readonly data?: string;
  readonly separator: ',' | ';' | 'tab';
  readonly json?: true;
  readonly report?: string;
}

/** Says what is wrong with a pattern or a time zone before the file is read. */
function checked(value: string, pattern: string, zone?: string): string {
  try {
    dateReader(pattern, zone);
    return value;
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

const datePattern = (text: string) => checked(text, text);
const timeZone = (text: string) => checked(text, 'YYYY-MM-DD', text);

const command = describeScript(
  'npm run replay --',
  "Places a shop's own orders as checkouts and compares the ledger with the file, to the penny.",
)
  .argument('<file>', 'order lines as CSV: InvoiceNo, StockCode, Description, Quantity, InvoiceDate, …')
  .option('--concurrency <number>', 'checkouts under way at a time', wholeNumber(1, 999), 12)
  .option('--date-format <pattern>', `how dates are written that are not ISO 8601: ${dateFormatHelp}`, datePattern)
  .option('--time-zone <name>', 'where --date-format was written, such as Europe/London (default: UTC)', timeZone)
  .addOption(new Option('--decimal-separator <character>', 'of prices').choices(['.', ',']).default('.'))
  .addOption(new Option('--separator <character>', 'between fields').choices([',', ';', 'tab']).default(','))
  .option('--data <folder>', 'start a system that keeps its data here, so that a replay can go on after a kill')
  .option('--report <file>', 'write the whole report there as JSON, with every line that was not ordered')
  .option('--json', 'print the whole report as JSON')
  .parse();

// Who reads may have gone, as `head` does.
process.stdout.on('error', () => undefined);

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interruption.abort(new Interrupted('The replay was interrupted.')));
}

class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

try {
  const { json, report: reportFile, concurrency, data, separator, ...form } = command.opts<Flags>();
  if (form.timeZone && !form.dateFormat) {
    command.error('error: --time-zone needs --date-format: dates in ISO 8601 end with their offset; add it');
  }
  if (reportFile) await checkFolder(reportFile);
  const [file = ''] = command.args;
  const report = await replay(file, {
    concurrency,
    ...(data && { data }),
    form: { ...form, separator: separator === 'tab' ? '\t' : separator },
    signal: interruption.signal,
    say,
  });
  const whole = `${JSON.stringify(report, null, 2)}\n`;
  if (reportFile) await writeFile(reportFile, whole);
  process.stdout.write(json ? whole : `${describeReport(report)}\n`);
  exit(report.ok ? 0 : exitCodes.differs);
} catch (error) {
  exit(explain(error));
}

/** Before the work, so that its result has a place. */
async function checkFolder(reportFile: string): Promise<void> {
  await access(path.dirname(reportFile), constants.W_OK).catch(() =>
    command.error(
      `error: the report cannot be written to ${reportFile}; name a file in a folder that can be written to`,
    ),
  );
}

function explain(error: unknown): number {
  if (error instanceof OrderFileError) {
    say(`${error.message}. Nothing was loaded.`);
    return exitCodes.wrongInput;
  }
  if (error instanceof ConfigurationError) {
    say(error.message);
    return exitCodes.failed;
  }
  const expected = [Interrupted, PartError, RoleError, ServiceFailure];
  say(expected.some((type) => error instanceof type) ? messageOf(error) : `The replay broke off: ${messageOf(error)}`);
  const isRefused = error instanceof ServiceFailure && !error.failure.retryable;
  say(
    isRefused
      ? 'The same file would be refused again; what was loaded and placed until now stays.'
      : 'Start it again with the same file: nothing is placed twice.',
  );
  return exitCodes.failed;
}

/** Ends at once, after what was written has left: idle connections would keep the process for minutes. */
function exit(code: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}
