import { Milestones as BridgeMilestones } from '../../bridge/workflow.ts';
import type { DataIn, NameIn } from '../../events/contracts/definition.ts';
import type { integrationEvents } from '../../events/contracts/index.ts';
import { taskQueues } from '../task-queues.ts';
import type { Operator } from './operator.ts';

/** The facts of one process, on their way to the broker; an operator looks after those that do not get there. */
export class Milestones extends BridgeMilestones<typeof integrationEvents> {
  readonly #once = new Set<string>();

  /** @param subject what the milestones are about: the checkout's id */
  constructor(subject: string, operator: Operator) {
    super({
      subject,
      taskQueue: taskQueues.bridge,
      untilDone: (publish) => operator.untilDone('publish the milestones', publish),
    });
  }

  /** Records a fact unless it is recorded: that of a step which an earlier run has made, and this one makes again. */
  recordOnce<Name extends NameIn<typeof integrationEvents>>(
    name: Name,
    data: DataIn<typeof integrationEvents, Name>,
  ): void {
    if (this.#once.has(name)) return;
    this.#once.add(name);
    this.record(name, data);
  }
}
