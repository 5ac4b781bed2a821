import { setTimeout as delay } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { encodeToPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { translateTemporalError } from '../client/temporal-failures.ts';
import { listWorkflows } from '../client/workflow-list.ts';
import { type SingleStart, startOnce } from '../client/workflow-start.ts';
import { ServiceFailure } from '../contracts/failures.ts';
import type { EventName } from '../events/contracts/index.ts';
import type { IntegrationEvent } from '../events/integration-event.ts';
import type { Logger } from '../platform/logging.ts';

/** What a message does to workflows; a handler of a consumer. */
export type WorkflowAction<Name extends EventName> = (event: IntegrationEvent<Name>) => Promise<void>;

/** Which running workflows a message is for: one by its id, or all that a Visibility query finds. */
export type Recipients = { readonly workflowId: string } | { readonly query: string };

/** How long a workflow may take to accept an update, in milliseconds. */
const longestAcceptance = 5_000;
/** How long to wait for the end of an accepted update, to say what came of it, in milliseconds. */
const longestLook = 1_000;
/** How far Visibility, which is eventually consistent, may be behind, in milliseconds: with Elasticsearch about a second. */
const listDelay = 2_000;

/**
 * Turns events and commands into starts, updates and signals of workflows. A message may come any number of times: the
 * workflow's id is the inbox of a start, the update's id that of an update, the request's id that of a signal. While
 * Temporal is away every action throws `Unavailable`, for which a consumer holds the message.
 */
export class WorkflowInbox {
  readonly #client: Client;
  readonly #logger: Logger;

  constructor(client: Client, logger: Logger) {
    this.#client = client;
    this.#logger = logger;
  }

  /**
   * Starts a workflow, and does not wait for a worker. One that runs or has ended already is the same one when its hash is
   * the same, else the action throws `IdempotencyConflict`.
   *
   * @param hasEnded whether the services remember the end of what is to be started, which Temporal may have forgotten
   */
  start<Name extends EventName, Args extends unknown[]>(
    workflowType: string,
    optionsOf: (event: IntegrationEvent<Name>) => SingleStart<Args>,
    hasEnded: (event: IntegrationEvent<Name>) => Promise<boolean>,
  ): WorkflowAction<Name> {
    return async (event) => {
      const options = optionsOf(event);
      if (await hasEnded(event)) {
        const { workflowId } = options;
        this.#logger.info({ workflowId, eventId: event.id }, 'a message asks for a workflow that has ended');
        return;
      }
      const message = `${options.workflowId} was started before with other content`;
      const conflict = () => new ServiceFailure('IdempotencyConflict', message);
      await startOnce(this.#client, workflowType, options, conflict);
    };
  }

  /**
   * Sends an update to every recipient and waits until it is accepted: what was accepted is carried out. A recipient that
   * refuses it with `InvalidState`, or has ended, is left alone. Throws `DeadlineExceeded` when no worker takes it, and
   * `NotFound` for an id that was never started.
   *
   * @param isSoStill whether what the message tells holds by now: it may come late, and a recipient that began since has
   * nothing to do with it. Asked before each update. @default it does
   */
  update<Name extends EventName, Args extends unknown[]>(
    update: UpdateDefinition<unknown, Args>,
    recipientsOf: (event: IntegrationEvent<Name>) => Recipients,
    argsOf: (event: IntegrationEvent<Name>) => Args,
    isSoStill: (event: IntegrationEvent<Name>) => Promise<boolean> = async () => true,
  ): WorkflowAction<Name> {
    return (event) =>
      this.#each(recipientsOf(event), async (workflowId) => {
        if (!(await isSoStill(event))) {
          this.#logger.info({ workflowId, eventId: event.id }, 'a message is about what is not so any more');
          return;
        }
        const handle = this.#client.workflow.getHandle(workflowId);
        const updateId = `${event.id}/${workflowId}`;
        // The types of the SDK tell updates without arguments from others; at run time they are the same.
        const args = argsOf(event) as unknown[] as [unknown];
        const accepted = await this.#within(longestAcceptance, () =>
          handle.startUpdate(update.name, { updateId, waitForStage: 'ACCEPTED', args }),
        );
        await this.#within(longestLook, () => accepted.result()).catch((error: unknown) => {
          if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)) throw error;
        });
        this.#logger.info({ workflowId, update: update.name, eventId: event.id }, 'a message has updated a workflow');
      });
  }

  /** Sends a signal to every recipient, without waiting for a worker. One that has ended is left alone; `NotFound` as above. */
  signal<Name extends EventName, Args extends unknown[]>(
    signal: SignalDefinition<Args>,
    recipientsOf: (event: IntegrationEvent<Name>) => Recipients,
    argsOf: (event: IntegrationEvent<Name>) => Args,
  ): WorkflowAction<Name> {
    return (event) =>
      this.#each(recipientsOf(event), async (workflowId) => {
        // The handle of a workflow makes an id of its own for each request, so a repetition would count twice.
        const payloads = await encodeToPayloads(this.#client.options.loadedDataConverter, ...argsOf(event));
        await this.#client.workflowService.signalWorkflowExecution({
          namespace: this.#client.options.namespace,
          workflowExecution: { workflowId },
          signalName: signal.name,
          input: { payloads: payloads ?? [] },
          requestId: event.id,
        });
      });
  }

  /** One after the other. One that cannot take it now does not keep it from the others; then the message comes again. */
  async #each(recipients: Recipients, act: (workflowId: string) => Promise<void>): Promise<void> {
    let failure: unknown;
    for await (const workflowId of this.#find(recipients)) {
      try {
        await act(workflowId).catch(async (error: unknown) => {
          const reason = await this.#whyNotNeeded(workflowId, error);
          this.#logger.info({ workflowId, reason }, 'a workflow has nothing to do with a message any more');
        });
      } catch (error) {
        // While Temporal is away the others cannot be reached either.
        if (!(error instanceof ServiceFailure) || error.type === 'Unavailable') throw error;
        failure ??= error;
      }
    }
    if (failure) throw failure;
  }

  /** @throws {ServiceFailure} when the message has to come again */
  async #whyNotNeeded(workflowId: string, error: unknown): Promise<string> {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
      throw new ServiceFailure('DeadlineExceeded', `no worker has taken the update of ${workflowId} in time`);
    }
    const failure = translateTemporalError(error);
    if (failure instanceof ServiceFailure && failure.type === 'InvalidState') return failure.message;
    const isNotFound = failure instanceof ServiceFailure && failure.type === 'NotFound';
    if (!isNotFound && !(failure instanceof WorkflowNotFoundError)) throw failure;
    // Temporal says so of one that has ended, too.
    const description = await this.#client.workflow
      .getHandle(workflowId)
      .describe()
      .catch(() => undefined);
    if (description?.closeTime) return 'it has ended';
    throw new ServiceFailure('NotFound', `there is no workflow ${workflowId} yet`, {}, { cause: error });
  }

  /** Twice: what was started in the last moments is not in Visibility yet. */
  async *#find(recipients: Recipients): AsyncGenerator<string> {
    if ('workflowId' in recipients) return yield recipients.workflowId;
    const conditions = [`(${recipients.query})`, "ExecutionStatus = 'Running'"];
    const found = new Set<string>();
    for (const pause of [0, listDelay]) {
      await delay(pause);
      for (const { workflowId } of await listWorkflows(this.#client, conditions)) {
        if (!found.has(workflowId)) yield workflowId;
        found.add(workflowId);
      }
    }
  }

  #within<Result>(milliseconds: number, call: () => Promise<Result>): Promise<Result> {
    return this.#client.connection.withDeadline(Date.now() + milliseconds, call);
  }
}
