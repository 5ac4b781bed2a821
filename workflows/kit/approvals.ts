import { condition, isCancellation, setHandler } from '@temporalio/workflow';
import {
  type ApprovalMatter,
  type ApprovalRefusal,
  type Decider,
  type HeldRole,
  heldRoles,
  refusalOfDecision,
  refusalOfPerson,
  refusalOfVersion,
  type Version,
} from '../../contracts/approvals.ts';
import { type Asked, type Asking, Askings } from './approval-askings.ts';
import { ApprovalRound } from './approval-round.ts';
import type { ApprovalOutcome, ApprovalStatus, ApprovalVote } from './approvals-contract.ts';
import type { Decision } from './contract.ts';
import { decisionOf } from './decision.ts';
import { failure, failureAsItWas, requireActor, requireDecision } from './failure.ts';
import { instant } from './instant.ts';
import { approveUpdate, rejectUpdate } from './messages.ts';
import type { Operator } from './operator.ts';
import type { Progress } from './progress.ts';
import { reasonOf } from './reason.ts';

/** What the process that needs approvals does for them. */
export interface ApprovalHost<State extends string> {
  readonly progress: Pick<Progress<State, object>, 'wait' | 'recordDecision'>;
  /** Looks after those who cannot be told, and after roles that no person holds. */
  readonly operator: Operator;
  /** The state in which it waits. */
  readonly state: State;
  /** What is approved, human-readable: `the order PO-000017`. */
  readonly what: () => string;
  /** Looks a person up, in bounded time. */
  readonly findPerson: (personId: string) => Promise<Decider>;
  /** Tells those who may decide, each once for the same asking; cancelled once it does not matter any more. */
  readonly ask: (asking: Asking) => Promise<Asked>;
}

/**
 * Approvals of one thing, version after version: each required role by a person of its own, none of them its author. Reminders go
 * out each day from the second one on, the superiors may decide from the fifth, and after fourteen days it is over.
 *
 * Everything that is asked of a service is checked again when its answer is there: meanwhile the version may have changed.
 */
export class Approvals<State extends string> {
  readonly #host: ApprovalHost<State>;
  #round: ApprovalRound | undefined;
  #outcome: ApprovalOutcome | undefined;
  #isChanging = false;

  constructor(host: ApprovalHost<State>) {
    this.#host = host;
    setHandler(approveUpdate, (vote) => this.#approve(vote), {
      validator: (vote) => this.#validate('approve', vote),
      description: 'A person approves the current version',
    });
    setHandler(rejectUpdate, (vote) => this.#reject(vote), {
      validator: (vote) => this.#validate('reject', vote),
      description: 'A person rejects the current version, which ends it',
    });
  }

  /** Whether decisions are still accepted. */
  get isOpen(): boolean {
    return this.#round !== undefined && this.#outcome === undefined;
  }

  get status(): ApprovalStatus | undefined {
    return this.#round?.status();
  }

  /** Asks for the approvals of a version. Those of an earlier one are void, and its deadlines begin again. */
  request(matter: ApprovalMatter): void {
    this.#round = new ApprovalRound(matter);
    if (matter.required.length === 0) this.#outcome = 'approved';
  }

  /** Ends it for a reason of the process's own; nothing is decided about it any more. */
  close(): void {
    this.#outcome ??= 'closed';
  }

  /**
   * Changes what is approved. One change follows the other; no decision is taken and nothing expires meanwhile.
   *
   * @param change ends with `request` where there is a new version
   */
  async change<Result>(change: () => Promise<Result>): Promise<Result> {
    while (this.#isChanging) await this.#changed();
    this.requireOpen();
    this.#isChanging = true;
    try {
      return await change();
    } finally {
      this.#isChanging = false;
    }
  }

  /** @throws {ApplicationFailure} `InvalidState` when nothing waits for a decision */
  requireOpen(): void {
    if (this.isOpen) return;
    const why = this.#outcome ? `${this.#host.what()} is ${this.#outcome}` : 'nothing waits for an approval yet';
    throw failure('InvalidState', `${why}: there is nothing to decide`);
  }

  /** @throws {ApplicationFailure} `ApprovalOutdated` when it is not the current version; as {@link requireOpen} does */
  requireVersion(version: Version): void {
    this.requireOpen();
    refuse(refusalOfVersion((this.#round as ApprovalRound).matter, version));
  }

  /**
   * Waits until it is decided. Cancelled with its scope, and closed then.
   *
   * @returns how it ended; the approvals are in `status`
   */
  async wait(): Promise<ApprovalOutcome> {
    while (this.#outcome === undefined) {
      const round = this.#round as ApprovalRound;
      const { required, version } = round.matter;
      const message = `${this.#host.what()}, version ${version}: ${required.join(' and ')} to approve or reject`;
      const waiting = { who: 'approver', message, until: round.expiresAt };
      try {
        await this.#host.progress.wait(this.#host.state, waiting, () => this.#follow(round));
      } catch (error) {
        this.close();
        throw error;
      }
    }
    return this.#outcome;
  }

  /** Follows one version until it is decided, or another one takes its place. */
  async #follow(round: ApprovalRound): Promise<void> {
    const isOver = () => this.#outcome !== undefined || this.#round !== round;
    const askings = new Askings(round, this.#host);
    askings.ask('request', 0);
    try {
      for (const { kind, day, at } of round.schedule) {
        const left = at - Date.now();
        if (isOver() || (left > 0 && (await condition(isOver, left, { summary: `${kind}, day ${day}` })))) return;
        if (kind === 'expiry') {
          while (this.#isChanging) await this.#changed();
          if (!isOver()) this.#outcome = 'expired';
        } else {
          askings.ask(kind, day);
        }
      }
    } finally {
      await askings.end();
    }
  }

  /** To be awaited in a loop that asks again: of several that wait for it, the first one may begin the next change. */
  #changed(): Promise<void> {
    return condition(() => !this.#isChanging);
  }

  #validate(decision: 'approve' | 'reject', vote: ApprovalVote): void {
    requireDecision({ ...vote, decision }, ['approve', 'reject']);
    requireActor(vote);
    if (typeof vote.version !== 'number' && typeof vote.version !== 'string') {
      throw failure('InvalidRequest', 'version: name the version that you have seen', { field: 'version' });
    }
    this.#requireDecidable(vote);
  }

  #requireDecidable(vote: ApprovalVote): ApprovalRound {
    this.requireOpen();
    const round = this.#round as ApprovalRound;
    refuse(refusalOfDecision(round.matter, round.approvals, vote));
    return round;
  }

  /** Checks everything again, and for which roles the person decides: what follows must be recorded without an await between. */
  #check(vote: ApprovalVote, person: Decider): { readonly round: ApprovalRound; readonly roles: HeldRole[] } {
    const round = this.#requireDecidable(vote);
    const moment = { at: instant(Date.now()), escalated: round.isEscalated };
    const roles = heldRoles(round.matter, person, moment);
    if (roles.length === 0) refuse(refusalOfPerson(round.matter, person, moment));
    return { round, roles };
  }

  /** @throws {ApplicationFailure} `PersonUnknown`, and whatever else the look-up has failed with, as who decides reads it */
  async findPerson(personId: string): Promise<Decider> {
    try {
      return await this.#host.findPerson(personId);
    } catch (error) {
      if (isCancellation(error)) throw error;
      throw failureAsItWas(reasonOf(error));
    }
  }

  async #approve(vote: ApprovalVote): Promise<ApprovalStatus> {
    const person = await this.findPerson(vote.by);
    while (this.#isChanging) await this.#changed();
    const { round, roles } = this.#check(vote, person);
    const { by, version, note } = vote;
    round.add({ by, version, note, roles, at: instant(Date.now()) });
    this.#record('approve', vote, roles);
    if (round.missing.length === 0) this.#outcome = 'approved';
    return round.status();
  }

  async #reject(vote: ApprovalVote): Promise<Decision> {
    const person = await this.findPerson(vote.by);
    while (this.#isChanging) await this.#changed();
    const { roles } = this.#check(vote, person);
    const decision = this.#record('reject', vote, roles);
    this.#outcome = 'rejected';
    return decision;
  }

  #record(decision: 'approve' | 'reject', vote: ApprovalVote, roles: readonly HeldRole[]): Decision {
    const what = `${this.#host.what()}, version ${vote.version}, as ${roles.map(({ role }) => role).join(', ')}`;
    const taken = decisionOf(what, { ...vote, decision });
    this.#host.progress.recordDecision(taken);
    return taken;
  }
}

/** @throws {ApplicationFailure} what the rules of approvals say against a decision */
function refuse(refusal: ApprovalRefusal | undefined): void {
  if (refusal) throw failure(refusal.declared, refusal.message, refusal.detail);
}
