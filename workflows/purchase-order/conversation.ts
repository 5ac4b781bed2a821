import { setHandler } from '@temporalio/workflow';
import { approvalRefusals } from '../../contracts/approval-refusals.ts';
import type { PurchaseOrderId } from '../../contracts/identifiers.ts';
import type { Approvals } from '../kit/approvals.ts';
import type { ApprovalStatus, ApprovalVote } from '../kit/approvals-contract.ts';
import { Cancellation } from '../kit/cancellation.ts';
import { decisionOf } from '../kit/decision.ts';
import { failure, requireActor, requireDecision } from '../kit/failure.ts';
import type { Progress } from '../kit/progress.ts';
import type { Amendment, PurchaseOrderFacts, PurchaseOrderResult, PurchaseOrderState } from './contract.ts';
import { amendUpdate, purchaseOrderStatusQuery, withdrawUpdate } from './messages.ts';

export interface ConversationOptions {
  readonly poId: PurchaseOrderId;
  readonly progress: Progress<PurchaseOrderState, PurchaseOrderFacts>;
  readonly approvals: Approvals<PurchaseOrderState>;
  /** Writes the next version in purchasing, and asks for its approvals. */
  readonly amend: (amendment: Amendment) => Promise<void>;
}

/** What a purchase order is told beside approvals, and what it says to those who ask, for as long as it runs. */
export class Conversation {
  readonly #options: ConversationOptions;
  /** For its answer alone: nothing is cancelled in the middle of a step. */
  readonly #withdrawal = new Cancellation<PurchaseOrderResult>();

  constructor(options: ConversationOptions) {
    this.#options = options;
    const { poId, progress, approvals } = options;
    setHandler(
      purchaseOrderStatusQuery,
      () => ({ poId, ...progress.status(), ...(approvals.status && { approval: approvals.status }) }),
      { description: 'Where the purchase order stands' },
    );
    setHandler(amendUpdate, (amendment) => this.#amend(amendment), {
      description: 'Puts other lines in the place of a version; what was approved is void',
      validator: (amendment) => this.#validateAmendment(amendment),
    });
    setHandler(withdrawUpdate, (vote) => this.#withdraw(vote), {
      description: 'An author withdraws it, unless it is approved',
      validator: (vote) => this.#validateWithdrawal(vote),
    });
  }

  /** The end, for those who wait for it. */
  conclude(result: PurchaseOrderResult): void {
    this.#withdrawal.conclude(result);
  }

  async #amend(amendment: Amendment): Promise<ApprovalStatus> {
    const { approvals, amend } = this.#options;
    const { active } = await approvals.findPerson(amendment.by);
    if (!active) {
      throw failure(approvalRefusals.NotAnApprover, `${amendment.by} is not active any more`, { field: 'by' });
    }
    return approvals.change(async () => {
      approvals.requireVersion(amendment.version);
      await amend(amendment);
      this.#record('amend', amendment);
      return approvals.status as ApprovalStatus;
    });
  }

  async #withdraw(vote: ApprovalVote): Promise<PurchaseOrderResult> {
    const { approvals } = this.#options;
    await approvals.change(async () => {
      this.#requireAuthor(vote);
      this.#record('withdraw', vote);
      approvals.close();
    });
    return this.#withdrawal.cancel();
  }

  #record(decision: string, vote: ApprovalVote): void {
    const { by, issuer, note, version } = vote;
    const what = `the order, version ${version}`;
    this.#options.progress.recordDecision(decisionOf(what, { by, issuer, note, decision }));
  }

  #validateAmendment(amendment: Amendment): void {
    requireDecision({ ...amendment, decision: 'amend' }, ['amend']);
    requireActor(amendment);
    // What the lines come to, and what is wrong with them, says purchasing.
    if (!Array.isArray(amendment.lines)) throw failure('InvalidRequest', 'lines: are a list', { field: 'lines' });
    this.#options.approvals.requireVersion(amendment.version);
  }

  #validateWithdrawal(vote: ApprovalVote): void {
    requireDecision({ ...vote, decision: 'withdraw' }, ['withdraw']);
    requireActor(vote);
    this.#requireAuthor(vote);
  }

  #requireAuthor({ by, version }: ApprovalVote): void {
    const { approvals } = this.#options;
    approvals.requireVersion(version);
    if (approvals.status?.authors.includes(by)) return;
    throw failure('Forbidden', `${by} has not written it: reject it, or ask an author to withdraw it`, { field: 'by' });
  }
}
