import type { Approval } from '../../../contracts/approvals.ts';
import { ServiceFailure } from '../../../contracts/failures.ts';
import { monthlyInvoicingRefusals } from '../../../contracts/monthly-invoicing-refusals.ts';
import { createEvent, type IntegrationEvent } from '../../../events/integration-event.ts';
import type { InputOf, OutputOf } from '../../../platform/http/contract.ts';
import type { payrollContract } from '../../../services/payroll/contract.ts';
import { requireApprovals } from '../../../services/payroll/posting.ts';
import { FakeCorrections } from './corrections.ts';
import { happenedAt } from './invoices.ts';

type Operations = typeof payrollContract.operations;
type Run = OutputOf<Operations['openRun']>;
type Published = OutputOf<Operations['postRun']>;

/** What each employee earns, what is withheld of it, and what is left. */
export const salary = { gross: 333_333, withheld: 92_834, net: 240_499 } as const;

/** A run, and what it has for each employee. */
export interface SalaryRun {
  readonly opened: InputOf<Operations['openRun']>;
  state: Run['state'];
  calculation: number;
  readonly authors: string[];
  readonly payslips: Map<string, { isMailed: boolean; payments: number }>;
  readonly failed: Set<string>;
  readonly excluded: Set<string>;
  contentHash: string | undefined;
}

/** What stands in an event for those who have the key; here everyone has it. */
const seal = (content: object): string =>
  `example.${Buffer.from(JSON.stringify(content).padEnd(60)).toString('base64url')}`;

/** The payroll service in memory: idempotent and with tombstones, as the real one is. */
export class FakePayroll extends FakeCorrections {
  employees = ['e-1', 'e-2'];
  /** Whose month cannot be calculated. */
  readonly wrong = new Set<string>();
  /** Whether what was approved has changed behind its back when it is posted. */
  isOutdated = false;
  readonly runs = new Map<string, SalaryRun>();
  readonly #cancelled = new Set<string>();
  readonly #publish: (events: readonly IntegrationEvent[]) => void;

  constructor(publish: (events: readonly IntegrationEvent[]) => void) {
    super();
    this.#publish = publish;
  }

  openRun(opened: InputOf<Operations['openRun']>): Run {
    if (this.#cancelled.has(opened.runId)) throw new ServiceFailure('InvalidState', 'it was cancelled before');
    const other = [...this.runs.entries()].find(
      ([runId, { state }]) => runId !== opened.runId && state !== 'cancelled',
    );
    if (other) throw new ServiceFailure(monthlyInvoicingRefusals.RunInProgress, `the month has ${other[0]}`);
    const known = this.runs.get(opened.runId);
    if (known?.state === 'cancelled') throw new ServiceFailure('InvalidState', `${opened.runId} is cancelled`);
    const run: SalaryRun = known ?? {
      ...{ opened, state: 'open', calculation: 1, authors: [opened.preparedBy], contentHash: undefined },
      ...{ payslips: new Map(), failed: new Set(), excluded: new Set() },
    };
    this.runs.set(opened.runId, run);
    return toRun(run);
  }

  askApprovers({ approvers }: InputOf<Operations['askApprovers']>) {
    return { asked: approvers.length };
  }

  calculateBatch({ runId, calculation }: InputOf<Operations['calculateBatch']>) {
    const run = this.#find(runId, 'open');
    requireCalculation(run, calculation);
    run.payslips.clear();
    run.failed.clear();
    for (const employee of this.employees.filter((one) => !run.excluded.has(one))) {
      if (this.wrong.has(employee)) run.failed.add(employee);
      else run.payslips.set(employee, { isMailed: false, payments: 0 });
    }
    return { counts: countsOf(run) };
  }

  recalculateRun({ runId, calculation, by }: InputOf<Operations['recalculateRun']>): Run {
    const run = this.#find(runId, 'open', 'frozen');
    if (run.calculation === calculation) return toRun(run);
    requireCalculation(run, calculation - 1);
    Object.assign(run, { state: 'open', contentHash: undefined, calculation });
    run.authors.push(by);
    return toRun(run);
  }

  excludeEmployee({ runId, employeeId, by }: InputOf<Operations['excludeEmployee']>): Run {
    const run = this.#find(runId, 'open', 'frozen');
    if (run.excluded.has(employeeId)) return toRun(run);
    run.payslips.delete(employeeId);
    run.failed.delete(employeeId);
    run.excluded.add(employeeId);
    Object.assign(run, { state: 'open', contentHash: undefined });
    run.authors.push(by);
    return toRun(run);
  }

  freezeRun({ runId, calculation }: InputOf<Operations['freezeRun']>): Run {
    const run = this.#find(runId, 'open', 'frozen');
    requireCalculation(run, calculation);
    if (run.failed.size > 0) throw new ServiceFailure('InvalidState', 'some could not be calculated');
    run.state = 'frozen';
    run.contentHash = `${runId}.${calculation}.${run.excluded.size}`;
    return toRun(run);
  }

  cancelRun({ runId }: InputOf<Operations['cancelRun']>) {
    const run = this.runs.get(runId);
    if (!run) this.#cancelled.add(runId);
    else if (run.state === 'posted' || run.state === 'paid') throw new ServiceFailure('InvalidState', 'it is posted');
    else Object.assign(run, { state: 'cancelled', contentHash: undefined });
    return { wasOpen: run !== undefined };
  }

  postRun({ runId, contentHash, approvals }: InputOf<Operations['postRun']>): Published {
    const run = this.#find(runId, 'frozen', 'posted', 'paid');
    if (this.isOutdated) run.contentHash = 'changed';
    requireApprovals({ contentHash: run.contentHash, authors: run.authors }, contentHash, approvals as Approval[]);
    if (run.state === 'frozen') run.state = 'posted';
    return published(run, seal(totalsOf(run)));
  }

  sendPayslips({ runId }: InputOf<Operations['sendPayslips']>) {
    const run = this.#find(runId, 'posted', 'paid');
    const unsent = [...run.payslips].filter(([, { isMailed }]) => !isMailed);
    for (const [employee, payslip] of unsent) {
      payslip.isMailed = true;
      this.#publish([commandOf(run, employee)]);
    }
    return { sent: unsent.length, left: 0 };
  }

  payBatch({ runId }: InputOf<Operations['payBatch']>) {
    const run = this.#find(runId, 'posted', 'paid');
    const unpaid = [...run.payslips.values()].filter(({ payments }) => payments === 0);
    for (const payslip of unpaid) payslip.payments += 1;
    return { paid: unpaid.length, left: 0 };
  }

  closeRun({ runId }: { readonly runId: string }): Published {
    const run = this.#find(runId, 'posted', 'paid');
    run.state = 'paid';
    return published(run, seal({ amount: totalsOf(run).net }));
  }

  #find(runId: string, ...states: SalaryRun['state'][]): SalaryRun {
    const run = this.runs.get(runId);
    if (!run) throw new ServiceFailure('NotFound', `there is no run ${runId}`);
    if (!states.includes(run.state)) throw new ServiceFailure('InvalidState', `${runId} is ${run.state}`);
    return run;
  }
}

function requireCalculation({ calculation }: SalaryRun, expected: number): void {
  if (calculation !== expected) throw new ServiceFailure('InvalidState', `it is calculated time ${calculation} by now`);
}

const countsOf = ({ payslips, failed, excluded }: SalaryRun) => ({
  ...{ payslips: payslips.size, failed: failed.size, excluded: excluded.size },
});

const totalsOf = ({ payslips: { size } }: SalaryRun) => ({
  ...{ gross: size * salary.gross, withheld: size * salary.withheld, net: size * salary.net },
});

const toRun = (run: SalaryRun): Run => {
  const { opened, state, authors, contentHash } = run;
  const payAt = `${opened.payDay}T06:00:00.000Z`;
  return {
    ...opened,
    state,
    authors: [...authors],
    payAt,
    counts: countsOf(run),
    ...(contentHash && { contentHash }),
  } as unknown as Run;
};

const published = (run: SalaryRun, sealed: string): Published => ({
  ...{ run: toRun(run), payslips: run.payslips.size, sealed },
});

function commandOf({ opened: { period } }: SalaryRun, employee: string): IntegrationEvent {
  const payslipId = `${period}-${employee}` as never;
  const origin = `payslip/${payslipId}`;
  return createEvent({
    ...{ name: 'SendPayslip', origin, sequence: 1, subject: payslipId, time: happenedAt },
    ...{ correlationId: payslipId, causationId: origin },
    data: { payslipId, period, sealed: seal({ name: employee, email: `${employee}@example.org` }) },
  });
}
