import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { wholeNumber } from '../../client/command-line/option-values.ts';
import { createServiceClients } from '../../client/services.ts';
import { openShop } from '../../demo/shop.ts';
import { describeScript } from '../../platform/script.ts';
import { auditUntilExplained } from '../audit/audit.ts';
import { lookOnce } from '../audit/look.ts';
import { openParts } from '../audit/open-parts.ts';
import { startSystem } from '../system/system.ts';
import { type PlacedCheckout, SteadyCheckouts } from './checkouts.ts';
import { replacedRoles, replaceRoles } from './replace-roles.ts';

const { checkouts: sideBySide } = describeScript(
  'npm run rolling-restart --',
  'Starts a system of its own, replaces every role in turn while checkouts run, and audits it: none may fail, or meet a payment whose outcome is unknown.',
)
  .option('--checkouts <number>', 'how many run side by side', wholeNumber(1, 50), 3)
  .parse()
  .opts<{ checkouts: number }>();

/** Standard output is for the result. */
const report = (line: string) => process.stderr.write(`${line}\n`);

const system = await startSystem({
  dataDirectory: await mkdtemp(path.join(tmpdir(), 'durable-checkout-rolling-')),
  temporary: true,
  environment: { LOG_LEVEL: 'warn' },
  report,
});
/** By its answer and by its history. */
const isCompleted = ({ ended, states }: PlacedCheckout) => ended === 'completed' && states.at(-1) === 'completed';

try {
  await openShop(createServiceClients(system.addresses));
  const parts = await openParts(system.addresses);
  try {
    const checkouts = new SteadyCheckouts(parts.temporal, sideBySide);
    const stuck = await replaceRoles(system, checkouts, report);
    const placed = await checkouts.stop();
    const audit = await auditUntilExplained(() => lookOnce(parts));
    const failed = placed.filter((each) => !isCompleted(each)).map((each) => `${each.checkoutId}: ${each.ended}`);
    const unknown = placed
      .filter(({ states }) => states.includes('payment-unknown'))
      .map(({ checkoutId }) => checkoutId);
    const broken = audit.equations.filter(({ verdict }) => verdict === 'broken').map(({ name }) => name);
    const rules: readonly [string, readonly string[]][] = [
      ['every checkout is completed', failed],
      ['none has met a payment whose outcome was unknown', unknown],
      ['checkouts went on after each role', stuck],
      ['every equation of the audit holds', broken],
    ];
    process.stdout.write(`${replacedRoles.length} roles replaced, ${placed.length} checkouts meanwhile\n`);
    for (const [rule, against] of rules) {
      process.stdout.write(`${against.length === 0 ? '✓' : '✗'} ${[rule, ...against].join('\n    ')}\n`);
    }
    if (rules.some(([, against]) => against.length > 0)) process.exitCode = 1;
  } finally {
    await parts.close();
  }
} finally {
  await system.stop();
}
