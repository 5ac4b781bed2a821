import { CancellationScope, proxyActivities } from '@temporalio/workflow';
import type { BridgeActivities } from '../../activities/bridge.ts';
import type { EventData, EventName, Milestone } from '../../events/contracts/index.ts';
import { taskQueues } from '../task-queues.ts';
import type { Operator } from './operator.ts';

const { publishMilestones } = proxyActivities<BridgeActivities>({
  taskQueue: taskQueues.bridge,
  summary: 'publish the milestones',
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
});

/**
 * The facts of one workflow, on their way to the broker. The workflow's history is the outbox: what was recorded is
 * published until the broker has confirmed it, in the order in which it was recorded.
 */
export class Milestones {
  readonly #subject: string;
  readonly #operator: Operator;
  #recorded: Milestone[] = [];
  #sequence = 0;
  #publishing: Promise<void> | undefined;

  /** @param subject what the milestones are about: the checkout's id */
  constructor(subject: string, operator: Operator) {
    this.#subject = subject;
    this.#operator = operator;
  }

  /** Records a fact, after the step has succeeded. */
  record<Name extends EventName>(name: Name, data: EventData<Name>): void {
    this.#sequence += 1;
    this.#recorded.push({ name, sequence: this.#sequence, time: new Date().toISOString(), data } as Milestone);
  }

  /**
   * Publishes what was recorded since the last time, shielded from cancellation; waits for the broker for as long as it
   * takes. One publication follows the other, so that the order stays.
   */
  async publish(): Promise<void> {
    const before = this.#publishing;
    this.#publishing = CancellationScope.nonCancellable(async () => {
      await before;
      const milestones = this.#recorded;
      this.#recorded = [];
      if (milestones.length > 0) await this.#send(milestones);
    });
    await this.#publishing;
  }

  async #send(milestones: readonly Milestone[]): Promise<void> {
    const batch = { subject: this.#subject, correlationId: this.#subject, milestones };
    await this.#operator.untilDone('publish the milestones', () => publishMilestones(batch));
  }
}
