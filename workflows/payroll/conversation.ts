import { condition, setHandler } from '@temporalio/workflow';
import type { Approvals } from '../kit/approvals.ts';
import { Cancellation } from '../kit/cancellation.ts';
import type { DecidedBy, Decision } from '../kit/contract.ts';
import { decisionOf } from '../kit/decision.ts';
import { failure, requireActor, requireDecision } from '../kit/failure.ts';
import type { Progress } from '../kit/progress.ts';
import type { Exclusion, PayrollFacts, PayrollId, PayrollResult, PayrollState } from './contract.ts';
import { cancelPayrollUpdate, excludeUpdate, payrollStatusQuery, payUpdate, recalculateUpdate } from './messages.ts';

export interface ConversationOptions {
  readonly payrollId: PayrollId;
  readonly progress: Progress<PayrollState, PayrollFacts>;
  /** Leaves an employee out, in the payroll service. */
  readonly exclude: (exclusion: Exclusion) => Promise<void>;
}

/** What a payroll is told, and what it says to those who ask, for as long as it runs. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #cancellation = new Cancellation<PayrollResult>();
  /** Those of the content that is frozen, or was last. */
  approvals: Approvals<PayrollState> | undefined;
  /** Who wants everything calculated again. */
  #recalculation: DecidedBy | undefined;
  #exclusions = 0;
  #isFreezing = false;
  #isDecided = false;
  #isPosted = false;
  #isPayWanted = false;
  /** Who has decided to pay before the pay day. */
  paymentDecidedBy: string | undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
    const { payrollId, progress } = options;
    setHandler(
      payrollStatusQuery,
      () => ({ payrollId, ...progress.status(), ...(this.approvals?.status && { approval: this.approvals.status }) }),
      { description: 'Where the payroll stands' },
    );
    setHandler(excludeUpdate, (exclusion) => this.#exclude(exclusion), {
      description: 'Leaves an employee out; what was approved is void',
      validator: (exclusion) => this.#validateChange('exclude', exclusion),
    });
    setHandler(recalculateUpdate, (decided) => this.#recalculate(decided), {
      description: 'Calculates everything again; what was approved is void',
      validator: (decided) => this.#validateChange('recalculate', decided),
    });
    setHandler(payUpdate, (decided) => this.#pay(decided), {
      description: 'Pays what is posted now, instead of on the pay day',
      validator: (decided) => this.#validatePay(decided),
    });
    setHandler(cancelPayrollUpdate, () => this.#cancellation.cancel(), {
      description: 'Discards it, unless it is posted',
      validator: () => this.#refuseWhenDecided(),
    });
  }

  /** Runs what people may cancel. */
  whileCancellable<Result>(run: () => Promise<Result>): Promise<Result> {
    return this.#cancellation.run(run);
  }

  /** Waits until the failures are seen to: those employees are excluded, or everything is to be calculated again. */
  async untilCorrected(): Promise<void> {
    const { progress } = this.#options;
    const isCorrected = () => this.#recalculation !== undefined || (progress.facts.counts?.failed ?? 0) === 0;
    if (isCorrected()) return;
    const message = 'some months could not be calculated: correct the employees and recalculate, or exclude them';
    await progress.wait('needs-correction', { who: 'payroll office', message }, () => condition(isCorrected));
  }

  /** Who wants everything calculated again; asked once. */
  takeRecalculation(): DecidedBy | undefined {
    const wanted = this.#recalculation;
    this.#recalculation = undefined;
    return wanted;
  }

  /** Freezes when no exclusion is in flight, and lets none begin meanwhile. */
  async freeze<Result>(run: () => Promise<Result>): Promise<Result> {
    await condition(() => this.#exclusions === 0);
    this.#isFreezing = true;
    try {
      return await run();
    } finally {
      this.#isFreezing = false;
    }
  }

  /** It is approved: from now on nothing is changed or cancelled. */
  decide(): void {
    this.#isDecided = true;
  }

  /** @param payAt milliseconds since 1970 */
  async untilPayDay(payAt: number): Promise<void> {
    this.#isPosted = true;
    const left = payAt - Date.now();
    if (left <= 0 || this.#isPayWanted) return;
    const until = new Date(payAt).toISOString();
    const waiting = { who: 'pay day', message: 'the salaries are posted, and paid then', until };
    await this.#options.progress.wait('awaiting-pay-day', waiting, () =>
      condition(() => this.#isPayWanted, left, { summary: 'the pay day' }),
    );
  }

  /** The end, for those who wait for it. */
  conclude(result: PayrollResult): void {
    this.#isDecided = true;
    this.#isPayWanted = true;
    this.#cancellation.conclude(result);
  }

  async #exclude(exclusion: Exclusion): Promise<Decision> {
    await condition(() => !this.#isFreezing);
    this.#refuseWhenDecided();
    this.#exclusions += 1;
    try {
      const change = async () => {
        await this.#options.exclude(exclusion);
        this.approvals?.close();
      };
      await (this.approvals?.isOpen ? this.approvals.change(change) : change());
    } finally {
      this.#exclusions -= 1;
    }
    return this.#record('exclude', exclusion);
  }

  #recalculate(decided: DecidedBy): Decision {
    this.#recalculation = decided;
    this.approvals?.close();
    return this.#record('recalculate', decided);
  }

  #pay(decided: DecidedBy): Decision {
    this.#isPayWanted = true;
    this.paymentDecidedBy = decided.by;
    return this.#record('pay', decided);
  }

  /** Whom it is about is not said: what is shown of a decision is not sealed everywhere. */
  #record(decision: string, decidedBy: DecidedBy): Decision {
    const decided = decisionOf('the payroll', { ...decidedBy, decision });
    this.#options.progress.recordDecision(decided);
    return decided;
  }

  #validateChange(decision: string, decided: DecidedBy): void {
    requireDecision({ ...decided, decision }, [decision]);
    requireActor(decided);
    if ('employeeId' in decided && typeof decided.employeeId !== 'string') {
      throw failure('InvalidRequest', 'employeeId: name the employee', { field: 'employeeId' });
    }
    this.#refuseWhenDecided();
  }

  #validatePay(decided: DecidedBy): void {
    requireDecision({ ...decided, decision: 'pay' }, ['pay']);
    requireActor(decided);
    if (!this.#isPosted) throw failure('InvalidState', 'it is not posted yet: there is nothing to pay');
    if (this.#isPayWanted) throw failure('InvalidState', 'it is being paid already');
  }

  #refuseWhenDecided(): void {
    const { approvals } = this;
    if (this.#isDecided || (approvals?.status?.missing.length === 0 && !approvals.isOpen)) {
      throw failure('InvalidState', 'it is approved: correct its payslips once it is posted');
    }
    if (this.#cancellation.isWanted) throw failure('InvalidState', 'it was cancelled already');
  }
}
