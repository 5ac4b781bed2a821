import { proxyActivities } from '@temporalio/workflow';
import type { BridgeActivities } from '../activities/bridge.ts';
import type { EventData, EventName, Milestone } from '../events/contracts/index.ts';
import { taskQueues } from './task-queues.ts';

const { publishMilestones } = proxyActivities<BridgeActivities>({
  taskQueue: taskQueues.bridge,
  summary: 'publish the milestones',
  startToCloseTimeout: '15s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
});

/**
 * The facts of one workflow, on their way to the broker. The workflow's history is the outbox: what was recorded is
 * published until the broker has confirmed it, in the order in which it was recorded.
 */
export class Milestones {
  readonly #subject: string;
  #recorded: Milestone[] = [];
  #sequence = 0;

  /** @param subject what the milestones are about: the checkout's id */
  constructor(subject: string) {
    this.#subject = subject;
  }

  /** Records a fact, after the step has succeeded. */
  record<Name extends EventName>(name: Name, data: EventData<Name>): void {
    this.#sequence += 1;
    this.#recorded.push({ name, sequence: this.#sequence, time: new Date().toISOString(), data } as Milestone);
  }

  /** Publishes what was recorded since the last time; waits for the broker for as long as it takes. */
  async publish(): Promise<void> {
    if (this.#recorded.length === 0) return;
    const milestones = [...this.#recorded];
    await publishMilestones({ subject: this.#subject, correlationId: this.#subject, milestones });
    this.#recorded = this.#recorded.slice(milestones.length);
  }
}
