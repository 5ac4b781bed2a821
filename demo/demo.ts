import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CheckoutClient } from '../client/checkout-client.ts';
import { createServiceClients } from '../client/services.ts';
import { webPageOf } from '../client/web-page.ts';
import { auditWhenQuiet } from '../ops/audit/books.ts';
import { RoleError } from '../ops/system/role-runner.ts';
import { type System, startSystem } from '../ops/system/system.ts';
import { PartError } from '../parts/index.ts';
import { describeScript } from '../platform/script.ts';
import { connectTemporalClient } from '../platform/temporal-client.ts';
import { checkoutWorkflowId } from '../workflows/checkout/messages.ts';
import {
  type BackOfficeOutcome,
  describeAudit,
  describeBackOffice,
  describeOutcomes,
  describeTrialBalance,
} from './describe.ts';
import { type Outcome, observe } from './outcome.ts';
import type { Scenario, Stage } from './scenario.ts';
import { backOffice, outages, sideBySide } from './scenarios/index.ts';
import { openShop } from './shop.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const quietWithin = 20_000;

const { keep } = describeScript(
  'npm run demo --',
  'Runs real checkouts with every kind of ending on real parts, and checks the books.',
)
  .option('--keep', 'leave the system running afterwards, to look at it in the Temporal Web UI; Ctrl-C stops it')
  .parse()
  .opts<{ keep?: boolean }>();

const interrupted = Promise.withResolvers<never>();
interrupted.promise.catch(() => undefined);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    say('\nStopping …');
    interrupted.reject(new Interruption());
  });
}

class Interruption extends Error {}

try {
  say('Starting the parts and the processes (the first time installs what is missing) …');
  const system = await startSystem({
    dataDirectory: await mkdtemp(path.join(tmpdir(), 'durable-checkout-demo-')),
    temporary: true,
    report: say,
    alone: ['orders'],
    environment: { PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS: '2000', LOG_LEVEL: 'warn' },
  });
  try {
    const asExpected = await Promise.race([demonstrate(system), interrupted.promise]);
    if (!asExpected) process.exitCode = 1;
    if (keep) await linger(system);
  } finally {
    await system.stop();
  }
} catch (error) {
  process.exitCode = 1;
  if (error instanceof PartError || error instanceof RoleError) process.stderr.write(`${error.message}\n`);
  else if (!(error instanceof Interruption)) throw error;
}
// Calls that an interruption has left behind must not hold the process up.
process.exit();

async function demonstrate(system: System): Promise<boolean> {
  const services = createServiceClients(system.addresses);
  const { client } = await connectTemporalClient(system.addresses);
  await openShop(services);
  const stage: Stage = { temporal: client, checkouts: new CheckoutClient(client), services, system };
  const start = performance.now();
  say(`\nPlacing ${sideBySide.length} checkouts side by side …`);
  await Promise.all(sideBySide.map((scenario) => run(stage, scenario)));
  for (const scenario of outages) {
    say(`Placing one more: ${scenario.title} …`);
    await run(stage, scenario);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const office: BackOfficeOutcome[] = [];
  for (const { title, run: act } of backOffice) {
    say(`In the back office: ${title} …`);
    office.push({ title, ...(await act(stage)) });
  }
  return await conclude(stage, office, seconds);
}

async function run(stage: Stage, { input, place }: Scenario): Promise<void> {
  if (place) await place(stage, input);
  else await stage.checkouts.startCheckout(input);
  await stage.checkouts.waitForResult(input.checkoutId);
}

async function conclude(stage: Stage, office: readonly BackOfficeOutcome[], seconds: string): Promise<boolean> {
  const databaseUrl = stage.system.addresses['DATABASE_URL'] ?? '';
  const audit = await auditWhenQuiet(databaseUrl, quietWithin);
  const scenarios = [...sideBySide, ...outages];
  const outcomes: Outcome[] = await observe(scenarios, stage.checkouts, databaseUrl);
  const { accounts, totals } = await stage.services.ledger.trialBalance({});

  say(`\n${describeOutcomes(outcomes)}`);
  say(`\n${describeBackOffice(office)}`);
  say(`\nTrial balance\n${describeTrialBalance(accounts, totals)}`);
  say(`\nThe books\n${describeAudit(audit)}`);
  const asExpected =
    outcomes.every((outcome) => outcome.surprises.length === 0) &&
    office.every(({ isAsExpected }) => isAsExpected) &&
    audit.every(({ holds }) => holds);
  say(
    asExpected
      ? `\n${outcomes.length} checkouts in ${seconds} s; every one ended as expected and the books balance.`
      : `\n${outcomes.length} checkouts in ${seconds} s; not everything is as expected: see the lines with ✗.`,
  );
  return asExpected;
}

async function linger({ addresses }: System): Promise<void> {
  const declined = checkoutWorkflowId('demo-declined');
  say(`\nLook at the declined checkout in the Temporal Web UI:`);
  say(`  ${webPageOf(declined, String(addresses['TEMPORAL_NAMESPACE']), addresses)}`);
  say(`The mails: ${addresses['MAIL_SINK_URL']}`);
  say('Ctrl-C stops everything.');
  await interrupted.promise.catch(() => undefined);
}
