import { setTimeout as delay } from 'node:timers/promises';
import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
} from '@temporalio/client';
import type { EventName } from '../../events/contracts/index.ts';
import { createEvent, type EventDraft } from '../../events/integration-event.ts';
import { recordOrder } from './order.ts';

/** The task queue of the soak's workflows. */
export const soakTaskQueue = 'soak';

const ordersOfOne = 5;
const pauseBeforeRetryMs = 500;

/** An event that a workflow has recorded, and so has to be published. */
export interface RecordedEvent {
  readonly id: string;
  readonly name: EventName;
  /** The id of the checkout. */
  readonly subject: string;
  readonly sequence: number;
}

const subjectOf = (index: number) => `soak-${index + 1}`;
const workflowIdOf = (subject: string) => `soak/${subject}`;

/** How many events one workflow records. */
export const eventsOfOne = expectedOf('any').length;

/** Everything that so many workflows record. */
export function recordedBy(workflows: number): RecordedEvent[] {
  return Array.from({ length: workflows }, (_, index) => expectedOf(subjectOf(index))).flat();
}

/** The events of one workflow, in their order, by what it records and by how ids are made. */
function expectedOf(subject: string): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  const workflowId = workflowIdOf(subject);
  const envelope = { origin: workflowId, causationId: workflowId, correlationId: subject, subject };
  for (let number = 1; number <= ordersOfOne; number += 1) {
    recordOrder(
      (name, data) => {
        const sequence = events.length + 1;
        const draft = { ...envelope, name, data, sequence, time: '2026-01-31T12:00:00Z' } as unknown as EventDraft;
        events.push({ id: createEvent(draft).id, name, subject, sequence });
      },
      subject,
      number,
    );
  }
  return events;
}

/** Workflows that are started one after the other, spread over a time. */
export class Workload {
  /** How many have ended well. */
  completed = 0;
  /** Why others have not. */
  readonly failures: string[] = [];
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Starts so many workflows within so many milliseconds, and resolves when the last one has ended. */
  async run(workflows: number, within: number, signal: AbortSignal): Promise<void> {
    const begun = performance.now();
    const running: Promise<void>[] = [];
    for (let index = 0; index < workflows; index += 1) {
      const due = begun + (within * index) / workflows - performance.now();
      if (due > 0) await delay(due, undefined, { signal });
      signal.throwIfAborted();
      running.push(this.#runOne(subjectOf(index), signal));
    }
    await Promise.all(running);
  }

  async #runOne(subject: string, signal: AbortSignal): Promise<void> {
    try {
      const handle = await untilAnswered(signal, () => this.#start(subject));
      await untilAnswered(signal, () => handle.result());
      this.completed += 1;
    } catch (error) {
      this.failures.push(`${subject}: ${error instanceof Error ? error.message : error}`);
    }
  }

  async #start(subject: string): Promise<WorkflowHandle> {
    const workflowId = workflowIdOf(subject);
    try {
      const args = [subject, ordersOfOne];
      return await this.#client.workflow.start('placeOrders', { workflowId, taskQueue: soakTaskQueue, args });
    } catch (error) {
      // A start that was not answered has taken effect.
      if (error instanceof WorkflowExecutionAlreadyStartedError) return this.#client.workflow.getHandle(workflowId);
      throw error;
    }
  }
}

/** A call that fails on its way, or on a busy server, says nothing about the workflow: it is made again. */
async function untilAnswered<Answer>(signal: AbortSignal, call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (signal.aborted || !(error instanceof ServiceError || isGrpcServiceError(error))) throw error;
      await delay(pauseBeforeRetryMs, undefined, { signal });
    }
  }
}
