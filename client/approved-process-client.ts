import { parse } from '../contracts/validation.ts';
import { type ApprovalStatus, type ApprovalVote, approvalVoteSchema } from '../workflows/kit/approvals-contract.ts';
import type { Decision, ProcessResult, ProcessStatus } from '../workflows/kit/contract.ts';
import { approveUpdate, rejectUpdate } from '../workflows/kit/messages.ts';
import { ProcessClient } from './process-client.ts';

/** Follows processes that need approvals, and decides about them. Every method throws `ServiceFailure` for expected failures. */
export class ApprovedProcessClient<
  Id extends string,
  Status extends ProcessStatus<string>,
  Result extends ProcessResult,
  Services extends object = object,
> extends ProcessClient<Id, Status, Result, Services> {
  /**
   * Approves what has this version.
   *
   * @throws {ServiceFailure} `ApprovalOutdated`, `OwnApproval`, `AlreadyDecided`, `NotAnApprover`; `InvalidState`; `NotFound`
   */
  async approve(id: string, vote: ApprovalVote): Promise<ApprovalStatus> {
    const args: [ApprovalVote] = [parse(approvalVoteSchema, vote)];
    return this.ask(id, (handle) => handle.executeUpdate(approveUpdate, { args }));
  }

  /** Rejects what has this version, which ends it. @throws {ServiceFailure} as {@link approve} does */
  async reject(id: string, vote: ApprovalVote): Promise<Decision> {
    const args: [ApprovalVote] = [parse(approvalVoteSchema, vote)];
    return this.ask(id, (handle) => handle.executeUpdate(rejectUpdate, { args }));
  }
}
