import type { Client, WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';
import { ServiceFailure } from '../contracts/failures.ts';
import { parse } from '../contracts/validation.ts';
import {
  type ApprovalDecision,
  approvalDecisionSchema,
  type Decision,
  type ProcessResult,
  type ProcessStatus,
  type Resolution,
  resolutionSchema,
} from '../workflows/kit/contract.ts';
import type { ProcessDefinition } from '../workflows/kit/definition.ts';
import { decideApprovalUpdate, resolveUpdate } from '../workflows/kit/messages.ts';
import { listProcesses, type ProcessFilter, type ProcessRow } from './process-list.ts';
import { askWorkflow, orRemembered, requireNotCutOff, type Subject } from './workflow-ends.ts';
import { resultOf, statusOf } from './workflow-status.ts';

type Handle<Result> = WorkflowHandle<(...request: unknown[]) => Promise<Result>>;

/** Follows processes of one kind, and decides about them. Every method throws `ServiceFailure` for expected failures. */
export class ProcessClient<
  Id extends string,
  Status extends ProcessStatus<string>,
  Result extends ProcessResult,
  Services extends object = object,
  Row extends ProcessRow = ProcessRow<Status['state']>,
> {
  protected readonly temporal: Client;
  readonly #process: ProcessDefinition<Id, Status, Result, Services>;
  readonly #services: Services | undefined;

  /** @param services know the ends of those that Temporal has forgotten; without them they are not found */
  constructor(temporal: Client, process: ProcessDefinition<Id, Status, Result, Services>, services?: Services) {
    this.temporal = temporal;
    this.#process = process;
    this.#services = services;
  }

  /** Where it stands, also after Temporal has ended it. @throws {ServiceFailure} `InvalidRequest`; `NotFound` */
  async status(id: string): Promise<Status> {
    return this.ask(id, (handle) => this.statusOf(handle, this.idOf(id)));
  }

  /**
   * Waits for the end of a process; one that Temporal has forgotten is told by its service.
   *
   * @throws {ServiceFailure} `InvalidRequest`; `NotFound`; `InvalidState` when Temporal has cut it off
   */
  async waitForResult(id: string): Promise<Result> {
    const known = this.idOf(id);
    const services = this.#services;
    return orRemembered(
      () => this.ask(id, (handle) => resultOf<Result>(handle, this.subjectOf(known), (of) => this.statusOf(of, known))),
      services && (async () => this.#process.recall?.(services, known)),
    );
  }

  /**
   * Makes sure that Temporal has not cut the process off.
   *
   * @throws {ServiceFailure} `NotFound`; `InvalidState` when it was terminated or has timed out
   */
  async requireNotCutOff(id: string): Promise<void> {
    await this.ask(id, (handle) => requireNotCutOff(handle, this.subjectOf(id)));
  }

  /**
   * Cancels a process and waits until everything is undone.
   *
   * @throws {ServiceFailure} `NotFound`; `InvalidState` when it is past its pivot or has ended, or no such process can be
   * cancelled
   */
  async cancel(id: string): Promise<Result> {
    const { kind, cancelUpdate } = this.#process;
    if (!cancelUpdate) throw new ServiceFailure('InvalidState', `a ${kind} cannot be cancelled`);
    return this.ask(id, (handle) => handle.executeUpdate(cancelUpdate));
  }

  /**
   * Decides, as an operator, about a call that keeps failing. That it was resolved manually takes two people where they are
   * known by their issuer: the first one's decision is answered as `requested`.
   *
   * @throws {ServiceFailure} `InvalidRequest`, also when `what` is needed to tell which call; `NotFound`; `InvalidState`
   * while nothing needs an operator, `SecondPersonNeeded` for the person who has said so first, after a decision, or where the call cannot be done by hand
   */
  async resolve(id: string, resolution: Resolution): Promise<Decision> {
    const args: [Resolution] = [parse(resolutionSchema, resolution)];
    return this.ask(id, (handle) => handle.executeUpdate(resolveUpdate, { args }));
  }

  /**
   * Approves what waits for two people, or refuses it.
   *
   * @throws {ServiceFailure} `SecondPersonNeeded` for the person who has asked for it; `NotFound`; `InvalidState` while nothing
   * waits for an approval, or no such process does
   */
  async decideApproval(id: string, decision: ApprovalDecision): Promise<Decision> {
    const { kind, takesApproval } = this.#process;
    if (!takesApproval) throw new ServiceFailure('InvalidState', `a ${kind} waits for no approval`);
    const args: [ApprovalDecision] = [parse(approvalDecisionSchema, decision)];
    return this.ask(id, (handle) => handle.executeUpdate(decideApprovalUpdate, { args }));
  }

  /**
   * The processes of this kind, newest first; of those that wait for people also what for, as far as a worker answers.
   *
   * @throws {ServiceFailure} `InvalidRequest` for a state that is not listed
   */
  async list(filter: ProcessFilter<Row['state']> = {}): Promise<Row[]> {
    return listProcesses<Row>(this.temporal, this.#process, filter, (workflowId) => {
      const handle: Handle<Result> = this.temporal.workflow.getHandle(workflowId);
      // Temporal's own client may have started it under any id.
      return this.ask(workflowId, () => this.statusOf(handle, workflowId as Id), handle);
    });
  }

  /** @throws {ServiceFailure} `InvalidRequest` naming the field */
  protected idOf(id: string): Id {
    const { idField, idSchema } = this.#process;
    return parse(z.object({ [idField]: idSchema }), { [idField]: id })[idField] as Id;
  }

  protected subjectOf(id: string): Subject {
    return { process: this.#process, id };
  }

  protected handleOf(id: string): Handle<Result> {
    return this.temporal.workflow.getHandle(this.#process.workflowIdOf(this.idOf(id)));
  }

  /** Asks the workflow of a process something. */
  protected ask<Answer>(
    id: string,
    ask: (handle: Handle<Result>) => Promise<Answer>,
    handle = this.handleOf(id),
  ): Promise<Answer> {
    return askWorkflow(handle, this.subjectOf(id), (result: Result) => this.#endingOf(result), ask);
  }

  protected statusOf(handle: WorkflowHandle, id: Id): Promise<Status> {
    const { statusQuery, idsOf } = this.#process;
    return statusOf<Status>(this.temporal, handle, {
      query: statusQuery,
      subject: this.subjectOf(id),
      idsOf: ({ typedSearchAttributes }) => idsOf(id, typedSearchAttributes),
    });
  }

  #endingOf(result: Result): string {
    const { outcome, reason } = result;
    return this.#process.endingOf?.(result) ?? (reason ? `${outcome} (${reason.type})` : outcome);
  }
}
