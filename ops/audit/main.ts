import { setTimeout as delay } from 'node:timers/promises';
import { wholeNumber } from '../../client/command-line/option-values.ts';
import { findAddresses } from '../../client/services.ts';
import { ConfigurationError } from '../../platform/configuration.ts';
import { describeScript } from '../../platform/script.ts';
import { auditUntilExplained } from './audit.ts';
import { describeAudit } from './describe.ts';
import { lookOnce } from './look.ts';
import { HalfThereError, openParts, silentProcesses } from './open-parts.ts';
import { countWorkflows } from './workflows.ts';

interface Options {
  readonly json?: true;
  readonly watch?: true;
  readonly interval: number;
  readonly within: number;
}

const options = describeScript(
  'npm run audit --',
  'Holds everything that a running system has written against each other: 0 when every equation holds, 1 when one is broken, 2 when the system is half there.',
)
  .option('--json', 'one JSON document for each audit')
  .option('--watch', 'audit again and again until Ctrl-C')
  .option('--interval <seconds>', 'with --watch: how long between two audits', wholeNumber(1, 86_400), 10)
  .option('--within <seconds>', 'how long what nothing explains may take to come in order', wholeNumber(0, 3_600), 30)
  .parse()
  .opts<Options>();

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Audits once. Returns the exit code. */
async function auditOnce(): Promise<number> {
  const addresses = findAddresses();
  const parts = await openParts(addresses);
  try {
    const audit = await auditUntilExplained(() => lookOnce(parts), { withinMilliseconds: options.within * 1_000 });
    const workflows = await countWorkflows(parts.temporal);
    const missing = await silentProcesses(addresses);
    say(options.json ? JSON.stringify({ ...audit, workflows, missing }) : describeAudit(audit, workflows));
    for (const line of missing) process.stderr.write(`half there: ${line}\n`);
    if (!audit.holds) return 1;
    return missing.length > 0 ? 2 : 0;
  } finally {
    await parts.close();
  }
}

/** What is not there is said, and the next audit may find it. */
async function auditOrSay(): Promise<number> {
  try {
    return await auditOnce();
  } catch (error) {
    if (error instanceof HalfThereError) {
      for (const line of error.lines) process.stderr.write(`half there: ${line}\n`);
    } else if (error instanceof ConfigurationError) process.stderr.write(`${error.message}\n`);
    // A part went away while it was read: nothing is known of the equations.
    else process.stderr.write(`the audit could not be finished: ${error instanceof Error ? error.message : error}\n`);
    return 2;
  }
}

process.exitCode = await auditOrSay();
while (options.watch) {
  await delay(options.interval * 1_000);
  say('');
  process.exitCode = Math.max(Number(process.exitCode), await auditOrSay());
}
