import { CancellationScope, condition, setHandler } from '@temporalio/workflow';
import {
  type Approval,
  type ApprovalMatter,
  type ApprovalRefusal,
  type Decider,
  heldRoles,
  refusalOfDecision,
  refusalOfPerson,
} from '../../contracts/approvals.ts';
import { billRefusals } from '../../contracts/bill-refusals.ts';
import type { Decision } from '../kit/contract.ts';
import { decisionOf } from '../kit/decision.ts';
import { failure, requireActor, requireDecision } from '../kit/failure.ts';
import { instant } from '../kit/instant.ts';
import type { Progress } from '../kit/progress.ts';
import type { BillFacts, BillState, EnteredBill, Rejection, VarianceVote } from './contract.ts';
import { approveVarianceUpdate, matchAgainUpdate, rejectBillUpdate } from './messages.ts';
import { isAccepted } from './recall.ts';

const hour = 60 * 60_000;
/** Each hour on the first day, then each sixth: a year of it fits into one history. */
const pauseAfter = (looks: number): number => (looks <= 24 ? hour : 6 * hour);

/** What is only missing comes by itself; no person approves that more is billed. */
const isAwaited = ({ mismatches }: EnteredBill): boolean => mismatches.some(({ kind }) => kind === 'quantity');

export interface VarianceHost {
  readonly progress: Progress<BillState, BillFacts>;
  /** Looks a person up, in bounded time. */
  readonly findPerson: (personId: string) => Promise<Decider>;
}

/**
 * What is done about a bill that does not fit its order, until it is accepted: it is compared again, a manager approves what it
 * differs in, or it is rejected. Everything is checked again when it is known who decides: meanwhile the bill may be another.
 */
export class Variance {
  readonly #host: VarianceHost;
  #bill: EnteredBill | undefined;
  #approvals: readonly Approval[] = [];
  #rejection: Decision | undefined;
  #isLookWanted = false;
  #begun = 0;
  #ended = 0;
  #isAccepting = false;
  #isOver = false;

  constructor(host: VarianceHost) {
    this.#host = host;
    setHandler(approveVarianceUpdate, (vote) => this.#approve(vote), {
      description: 'A manager approves what the bill differs in from its order',
      validator: (vote) => this.#validateApproval(vote),
    });
    setHandler(rejectBillUpdate, (rejection) => this.#reject(rejection), {
      description: 'A person rejects the bill, unless it is accepted',
      validator: (rejection) => this.#validateRejection(rejection),
    });
    setHandler(matchAgainUpdate, () => this.#matchAgain(), {
      description: 'Compares the bill with its order again: a delivery has come',
      validator: () => this.#requireUndecided(),
    });
  }

  /** Compares the bill with its order. What was approved of other mismatches is void. */
  async look(match: () => Promise<EnteredBill>): Promise<EnteredBill> {
    this.#isLookWanted = false;
    this.#begun += 1;
    const bill = await match();
    this.#ended = this.#begun;
    if (bill.version !== this.#bill?.version) this.#approvals = [];
    this.#bill = bill;
    return bill;
  }

  /**
   * Waits until a bill that does not fit is decided about.
   *
   * @returns what it is to be accepted with; nothing when it is to be compared again
   * @throws {ApplicationFailure} `BillRejected`
   */
  async decide(bill: EnteredBill): Promise<readonly Approval[] | undefined> {
    const fits = bill.mismatches.length === 0 || isAccepted(bill);
    if (!fits) await this.#wait(bill);
    if (this.#rejection) throw failure(billRefusals.BillRejected, this.#rejection.note);
    if (fits) return [];
    return this.#approvals.length > 0 ? this.#approvals : undefined;
  }

  /** Accepts it; nothing is decided meanwhile. What was approved counts for nothing where that was refused. */
  async accept(run: () => Promise<boolean>): Promise<boolean> {
    this.#isAccepting = true;
    try {
      const isDone = await run();
      if (isDone) this.close();
      else this.#approvals = [];
      return isDone;
    } finally {
      this.#isAccepting = false;
    }
  }

  /** Nothing is decided about it any more. */
  close(): void {
    this.#isOver = true;
  }

  get #isCompared(): boolean {
    return this.#begun === this.#ended || this.#isOver;
  }

  async #wait(bill: EnteredBill): Promise<void> {
    const isWoken = () => this.#rejection !== undefined || this.#approvals.length > 0 || this.#isLookWanted;
    const waiting = isAwaited(bill)
      ? { who: 'delivery', message: 'more is billed than has come: receive the rest, or reject the bill' }
      : {
          who: 'manager',
          message: `the bill ${bill.number} differs from its order: a manager to approve or reject it`,
        };
    await this.#host.progress.wait('mismatched', waiting, () =>
      condition(isWoken, pauseAfter(this.#ended), { summary: 'compare it again' }),
    );
  }

  async #approve(vote: VarianceVote): Promise<Decision> {
    const person = await this.#host.findPerson(vote.by);
    // What is being compared may differ in something else.
    while (!this.#isCompared) await condition(() => this.#isCompared);
    const matter = this.#requireApprovable(vote);
    const moment = { at: instant(Date.now()), escalated: false };
    const roles = heldRoles(matter, person, moment);
    if (roles.length === 0) refuse(refusalOfPerson(matter, person, moment));
    const { by, version, note } = vote;
    this.#approvals = [{ by, version, note, roles, at: moment.at }];
    return this.#record('approve', vote);
  }

  async #reject(rejection: Rejection): Promise<Decision> {
    const person = await this.#host.findPerson(rejection.by);
    const matter = this.#requireMismatched();
    const moment = { at: instant(Date.now()), escalated: false };
    const isAuthor = person.active && matter.authors.includes(rejection.by);
    if (!isAuthor && heldRoles(matter, person, moment).length === 0) refuse(refusalOfPerson(matter, person, moment));
    this.#rejection = this.#record('reject', rejection);
    return this.#rejection;
  }

  /** A look that has begun before may not have seen what has come. */
  async #matchAgain(): Promise<BillFacts> {
    const next = this.#begun + 1;
    this.#isLookWanted = true;
    await CancellationScope.nonCancellable(() => condition(() => this.#ended >= next || this.#isOver));
    return { ...this.#host.progress.facts };
  }

  #validateApproval(vote: VarianceVote): void {
    requireDecision({ ...vote, decision: 'approve' }, ['approve']);
    requireActor(vote);
    if (typeof vote.version !== 'string') {
      throw failure('InvalidRequest', 'version: name the version that you have seen', { field: 'version' });
    }
    this.#requireApprovable(vote);
  }

  #validateRejection(rejection: Rejection): void {
    requireDecision({ ...rejection, decision: 'reject' }, ['reject']);
    requireActor(rejection);
    this.#requireMismatched();
  }

  #requireUndecided(): void {
    if (this.#isOver) throw failure('InvalidState', 'the bill is decided about: there is nothing to compare');
  }

  #requireMismatched(): ApprovalMatter {
    const bill = this.#bill;
    const isOpen = !this.#isOver && !this.#isAccepting && !this.#rejection;
    if (!isOpen || !bill || bill.mismatches.length === 0) {
      throw failure('InvalidState', 'the bill waits for no decision');
    }
    return { version: bill.version, required: ['manager'], authors: [bill.enteredBy] };
  }

  #requireApprovable(vote: VarianceVote): ApprovalMatter {
    const matter = this.#requireMismatched();
    refuse(refusalOfDecision(matter, this.#approvals, vote));
    if (isAwaited(this.#bill as EnteredBill)) {
      throw failure('InvalidState', 'more is billed than has come: receive the rest first, or reject the bill');
    }
    return matter;
  }

  #record(decision: string, { by, issuer, note }: Rejection): Decision {
    const taken = decisionOf('the bill', { ...{ by, note, decision }, ...(issuer !== undefined && { issuer }) });
    this.#host.progress.recordDecision(taken);
    return taken;
  }
}

/** @throws {ApplicationFailure} what the rules of approvals say against a decision */
function refuse(refusal: ApprovalRefusal | undefined): void {
  if (refusal) throw failure(refusal.declared, refusal.message, refusal.detail);
}
