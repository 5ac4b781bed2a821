import { InvalidArgumentError } from 'commander';
import { describeScript } from '../../platform/script.ts';
import { fewestResidents } from './community.ts';
import { invoiceWhileKilling } from './invoice-while-killing.ts';
import { judge } from './rules.ts';
import { openStage } from './stage.ts';

const mostResidents = 200_000;

const { residents, json } = describeScript(
  'npm run kill-invoicing --',
  'Invoices a month while worker, billing and PostgreSQL are killed, and counts invoices, numbers and books.',
)
  .option('--residents <number>', 'how many are invoiced', wholeNumber, 10_000)
  .option('--json', 'print the result as one JSON object')
  .parse()
  .opts<{ residents: number; json?: true }>();

/** Standard output is for the result. */
const report = (line: string) => process.stderr.write(`${line}\n`);

const stage = await openStage(report);
try {
  const killed = await invoiceWhileKilling(stage, residents, report);
  const rules = judge(residents, killed);
  const lines = rules.map(({ name, holds, found }) => `${holds ? '✓' : '✗'} ${name}: ${found}`);
  const summary = `${killed.kills.length} kills in ${killed.seconds.toFixed(0)} s`;
  process.stdout.write(json ? `${JSON.stringify({ ...killed, rules })}\n` : `${[summary, ...lines].join('\n')}\n`);
  if (rules.some(({ holds }) => !holds)) process.exitCode = 1;
} finally {
  await stage.close();
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= fewestResidents && value <= mostResidents) return value;
  throw new InvalidArgumentError(`It is a whole number from ${fewestResidents} to ${mostResidents}.`);
}
