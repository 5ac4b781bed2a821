import { CancellationScope, log, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { DataIn, EventContracts, NameIn } from '../messaging/envelope/contracts.ts';
import type { BridgeActivities } from './activities.ts';
import type { Milestone, MilestoneBatch } from './milestone.ts';

export interface MilestonesOptions {
  /** What the milestones are about, such as the id of a parcel. */
  readonly subject: string;
  /** Joins everything that happens for one subject, in other workflows and consumers too; by default the subject. */
  readonly correlationId?: string;
  /** Where the worker with the `BridgePlugin` listens; by default the workflow's own task queue. */
  readonly taskQueue?: string;
  /**
   * Whether the worker of the workflow has the `BridgePlugin` as well: it then publishes by a local activity, and the regular
   * one on `taskQueue` goes on when the broker has not confirmed within two seconds.
   * @default false
   */
  readonly localFirst?: boolean;
  /** How many milestones the runs before have recorded, for a workflow that continues as new. @default 0 */
  readonly recordedBefore?: number;
  /**
   * Makes a publication again until it has succeeded; it fails when it came to nothing for ten minutes. Without it the
   * activity is retried for as long as it takes.
   */
  readonly untilDone?: (publish: () => Promise<void>) => Promise<void>;
}

/**
 * The facts of one workflow, on their way to the broker. The workflow's history is the outbox: what was recorded is
 * published until the broker has confirmed it, in the order in which it was recorded. A fact's id is made of the
 * workflow's id and its place, so a workflow id is used once.
 *
 * ```ts
 * const milestones = new Milestones<typeof parcelEvents>({ subject: parcelId });
 * milestones.record('ParcelDelivered', { parcelId, place });
 * await milestones.publish();
 * ```
 */
export class Milestones<Contracts extends EventContracts> {
  readonly #subject: string;
  readonly #correlationId: string;
  readonly #untilDone: (publish: () => Promise<void>) => Promise<void>;
  readonly #local: BridgeActivities<Contracts> | undefined;
  readonly #regular: BridgeActivities<Contracts>;
  #unpublished: Milestone<Contracts>[] = [];
  #recorded: number;
  #publishing: Promise<void> | undefined;

  constructor(options: MilestonesOptions) {
    const { subject, correlationId = subject, taskQueue, localFirst = false, recordedBefore = 0, untilDone } = options;
    this.#subject = subject;
    this.#correlationId = correlationId;
    this.#recorded = recordedBefore;
    this.#untilDone = untilDone ?? ((publish) => publish());
    if (localFirst) {
      this.#local = proxyLocalActivities<BridgeActivities<Contracts>>({
        startToCloseTimeout: '2s',
        retry: { maximumAttempts: 1 },
      });
    }
    this.#regular = proxyActivities<BridgeActivities<Contracts>>({
      ...(taskQueue !== undefined && { taskQueue }),
      summary: 'publish the milestones',
      startToCloseTimeout: '15s',
      ...(untilDone && { scheduleToCloseTimeout: '10 minutes' }),
      retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
    });
  }

  /** How many were recorded, by the runs before as well: what a workflow that continues as new hands on. */
  get recorded(): number {
    return this.#recorded;
  }

  /** Records a fact, after the step has succeeded. */
  record<Name extends NameIn<Contracts>>(name: Name, data: DataIn<Contracts, Name>): void {
    this.#recorded += 1;
    const time = new Date().toISOString();
    this.#unpublished.push({ name, sequence: this.#recorded, time, data } as Milestone<Contracts>);
  }

  /**
   * Publishes what was recorded since the last time, shielded from cancellation; waits for the broker for as long as it
   * takes. One publication follows the other, so that the order stays.
   */
  async publish(): Promise<void> {
    const before = this.#publishing;
    this.#publishing = CancellationScope.nonCancellable(async () => {
      await before;
      const milestones = this.#unpublished;
      this.#unpublished = [];
      if (milestones.length > 0) await this.#send(milestones);
    });
    await this.#publishing;
  }

  async #send(milestones: readonly Milestone<Contracts>[]): Promise<void> {
    const batch = { subject: this.#subject, correlationId: this.#correlationId, milestones };
    if (this.#local && (await this.#isPublishedBy(this.#local, batch))) return;
    await this.#untilDone(() => this.#regular.publishMilestones(batch));
  }

  async #isPublishedBy(local: BridgeActivities<Contracts>, batch: MilestoneBatch<Contracts>): Promise<boolean> {
    try {
      await local.publishMilestones(batch);
      return true;
    } catch (error) {
      // What the broker has after all is published again under the same ids.
      log.warn('the broker has not confirmed the milestones yet; the regular activity publishes them', {
        message: error instanceof Error ? error.message : String(error),
      });
      return false;
    }
  }
}
