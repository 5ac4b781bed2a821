import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { BrokerUnavailableError, MessageRefusedError } from '../messaging/connection/errors.ts';
import type { EventContracts } from '../messaging/envelope/contracts.ts';
import { createEventIn, type Envelope } from '../messaging/envelope/envelope.ts';
import type { Publisher } from '../messaging/publishing/publisher.ts';
import { traceHeaders } from '../platform/tracing.ts';
import type { MilestoneBatch } from './milestone.ts';

export interface BridgeActivitiesOptions<Contracts extends EventContracts> {
  readonly contracts: Contracts;
  readonly publisher: Pick<Publisher, 'publish'>;
}

/** The activities of the bridge, from the workflows to the broker. */
export function createBridgeActivities<Contracts extends EventContracts>({
  contracts,
  publisher,
}: BridgeActivitiesOptions<Contracts>) {
  return {
    /**
     * Publishes milestones as integration events; returns when the broker has confirmed all. Their ids depend only on
     * the workflow, so a retry or a reset publishes the same events again.
     *
     * @throws {ApplicationFailure} `Unavailable` while the broker is away, `Internal` for a milestone that does not meet
     * its contract; both are retried
     */
    async publishMilestones(batch: MilestoneBatch<Contracts>): Promise<void> {
      try {
        const workflowId = activityInfo().workflowExecution?.workflowId ?? batch.correlationId;
        await publisher.publish(toEvents(contracts, batch, { workflowId, ...traceHeaders() }));
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };
}

export type BridgeActivities<Contracts extends EventContracts> = ReturnType<typeof createBridgeActivities<Contracts>>;

/** The events that milestones are published as; a workflow's are the same whenever they are made. */
export function toEvents<Contracts extends EventContracts>(
  contracts: Contracts,
  { correlationId, subject, milestones }: MilestoneBatch<Contracts>,
  { workflowId, traceparent }: { readonly workflowId: string; readonly traceparent?: string | undefined },
): Envelope[] {
  const about = { origin: workflowId, causationId: workflowId, correlationId, subject, traceparent };
  return milestones.map((milestone) => createEventIn(contracts, { ...milestone, ...about }));
}

function toApplicationFailure(error: unknown): ApplicationFailure {
  const isTransient = error instanceof BrokerUnavailableError || error instanceof MessageRefusedError;
  const message = error instanceof Error ? error.message : String(error);
  return ApplicationFailure.retryable(
    `The milestones are not published yet: ${message}`,
    isTransient ? 'Unavailable' : 'Internal',
  );
}
