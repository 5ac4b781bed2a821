import { Milestones as BridgeMilestones } from '../../bridge/workflow.ts';
import type { integrationEvents } from '../../events/contracts/index.ts';
import type { DataIn, NameIn } from '../../messaging/envelope/contracts.ts';
import { taskQueues } from '../task-queues.ts';
import type { Operator } from './operator.ts';

/** The facts of one process, on their way to the broker; an operator looks after those that do not get there. */
export class Milestones extends BridgeMilestones<typeof integrationEvents> {
  readonly #names: string[] = [];

  /**
   * @param subject what the milestones are about: the order's id
   * @param taskQueue whose worker publishes what could not be published at once. @default that of the bridge
   */
  constructor(subject: string, operator: Operator, taskQueue: string = taskQueues.bridge) {
    super({
      ...{ subject, taskQueue },
      localFirst: true,
      untilDone: (publish) => operator.untilDone('publish the milestones', publish),
    });
  }

  /** Records a fact unless it is recorded: that of a step which an earlier run has made, and this one makes again. */
  recordOnce<Name extends NameIn<typeof integrationEvents>>(
    name: Name,
    data: DataIn<typeof integrationEvents, Name>,
  ): void {
    if (!this.#names.includes(name)) this.record(name, data);
  }

  override record<Name extends NameIn<typeof integrationEvents>>(
    name: Name,
    data: DataIn<typeof integrationEvents, Name>,
  ): void {
    super.record(name, data);
    this.#names.push(name);
  }

  /** What was recorded, in its order. */
  get names(): readonly string[] {
    return this.#names;
  }
}
