import { randomUUID } from 'node:crypto';
import { CheckoutEnvironment } from '../workflows/environment.ts';
import { type Column, columns, type Expectation, workerLost } from './columns.ts';
import { inTurns } from './in-turns.ts';
import { brokenRules } from './rules/index.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';
import { activityNames, type Step, stepsOf } from './steps.ts';
import { Trial } from './trial.ts';

/** A step, as the matrix shows it. */
export interface Row extends Pick<Step, 'activity' | 'nth' | 'role'> {
  /** The name of its scenario. */
  readonly scenario: string;
}

/** What came of one step with one fault. */
export interface Cell {
  /** The same object for all cells of the row. */
  readonly row: Row;
  readonly column: string;
  readonly outcome: string;
  readonly isCancellationRefused: boolean;
  readonly askedOperator: boolean;
  /** What does not hold; a cell without is green. */
  readonly problems: readonly string[];
}

export interface Matrix {
  readonly cells: readonly Cell[];
  /** Activities that no scenario calls. */
  readonly unreached: readonly string[];
  /** What does not hold in the scenarios without a fault. */
  readonly problems: readonly string[];
}

/** How many checkouts run side by side on one server. */
const sideBySide = 16;

/**
 * Runs every step with every fault.
 *
 * @param news called after each cell
 */
export async function runMatrix(report: (line: string) => void, news: () => void): Promise<Matrix> {
  const environment = await CheckoutEnvironment.create({ timeIsFree: true, withBackOffice: true, withPayroll: true });
  // On a server of their own: calls that are held until their workflow has ended stop the clock of all others.
  const cancelling = await CheckoutEnvironment.create({ timeIsFree: true, withBackOffice: true, withPayroll: true });
  const forgetful = await CheckoutEnvironment.create({
    timeIsFree: true,
    withBackOffice: true,
    withPayroll: true,
    maxCachedWorkflows: 1,
  });
  const placeOf = ({ name }: Column) => {
    if (name === workerLost) return forgetful;
    return name.startsWith('cancelled') ? cancelling : environment;
  };
  try {
    const usual = await inTurns(scenarios, sideBySide, (scenario) => trial(environment, scenario).run());
    const problems = await Promise.all(usual.map(problemsOfUsual));
    const steps = stepsOf(usual);
    report(`${scenarios.length} scenarios have ${steps.length} steps`);
    const jobs = steps.flatMap((step) => {
      const row = rowOf(step);
      return columns.map((column) => ({ step, row, column }));
    });
    const cells = await inTurns(jobs, sideBySide, async ({ step, row, column }) => {
      const runs = await runWith(placeOf(column), step, column);
      const cell = { row, ...(await judge(runs, step, column)) };
      news();
      if (cell.problems.length > 0) report(`${step.activity} × ${column.name}: ${cell.problems.join('; ')}`);
      return cell;
    });
    const reached = new Set(steps.map(({ activity }) => activity));
    return { cells, unreached: activityNames().filter((name) => !reached.has(name)), problems: problems.flat() };
  } finally {
    await Promise.all([environment, cancelling, forgetful].map((one) => one.close()));
  }
}

const rowOf = ({ activity, nth, role, scenario }: Step): Row => ({ activity, nth, role, scenario: scenario.name });

const trial = (environment: CheckoutEnvironment, scenario: Scenario) =>
  new Trial(environment, scenario, `trial-${randomUUID()}`);

async function problemsOfUsual(run: Trial): Promise<string[]> {
  const problems = await brokenRules(run);
  if (run.outcome !== run.scenario.outcome) problems.push(`${run.outcome} instead of ${run.scenario.outcome}`);
  return problems.map((problem) => `${run.scenario.name}: ${problem}`);
}

/** Runs a step with a fault in each of its forms. */
async function runWith(environment: CheckoutEnvironment, step: Step, column: Column): Promise<Trial[]> {
  const runs: Trial[] = [];
  for (const fault of column.faults(step)) {
    const run = trial(environment, step.scenario);
    run.operator = column.operator;
    await run.run({ fault: fault(run, step) });
    if (column.expect(step).cancellation && !run.cancellation) await run.cancel();
    runs.push(run);
  }
  return runs;
}

async function judge(runs: readonly Trial[], step: Step, column: Column): Promise<Omit<Cell, 'row'>> {
  const expected = column.expect(step);
  const problems = runs.length === 0 ? ['was not run'] : [];
  for (const run of runs) problems.push(...differences(run, step, expected), ...(await brokenRules(run)));
  const cancellation = runs[0]?.cancellation;
  return {
    column: column.name,
    outcome: [...new Set(runs.map(({ outcome }) => outcome))].join('/'),
    isCancellationRefused: cancellation !== undefined && 'refused' in cancellation,
    askedOperator: runs.some(({ askedOperator }) => askedOperator),
    problems,
  };
}

const second = 1_000;
/** How long a step may be tried before the process goes another way, or asks for an operator: milliseconds. */
const totals: Readonly<Record<string, number>> = {
  recallCheckout: 30 * second,
  findCustomer: 30 * second,
  quoteCart: 30 * second,
  // With the look at what became of it.
  authorizePayment: 360 * second,
  capturePayment: 300 * second,
  findPayment: 30 * second,
  recallInvoice: 600 * second,
};

const totalOf = ({ activity, role }: Step) =>
  role === 'until answered' ? 600 * second : (totals[activity] ?? (role === 'forward' ? 60 : 600) * second);

/** An attempt that has begun may go on for this long, and a person needs as long to act. */
const slack = 30 * second;
/** The customer's time for a challenge. */
const challenge = 900 * second;

function differences(run: Trial, step: Step, expected: Expectation): string[] {
  const problems: string[] = [];
  const { outcome, reason, escalations, cancellation, took } = run;
  if (!expected.outcomes.some((one) => one === outcome))
    problems.push(`${outcome} (${reason}) instead of ${expected.outcomes.join(' or ')}`);
  const mayAsk = expected.operator || step.asksOperator;
  if (expected.operator && escalations.length === 0) problems.push('no operator was asked');
  if (!mayAsk && run.askedOperator) problems.push(`an operator was asked: ${escalations[0]?.message ?? ''}`);
  if (cancellation && expected.cancellation && !(expected.cancellation in cancellation))
    problems.push(`the cancellation was ${Object.keys(cancellation)}`);
  if (
    cancellation &&
    'refused' in cancellation &&
    !['InvalidState', 'WorkflowNotFoundError'].includes(cancellation.refused)
  )
    problems.push(`the cancellation was refused with ${cancellation.refused}`);
  const budget = step.usual + totalOf(step) + slack + (step.nth > 1 && step.role === 'forward' ? challenge : 0);
  const asked = run.askedAfter ?? took;
  if (asked > budget) problems.push(`took ${asked / second} s, and has ${budget / second} s`);
  return problems;
}
